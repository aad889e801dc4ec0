import { z } from 'zod';
import { UserError } from '../record/errors.ts';
import { suggestion } from '../record/nearest.ts';
import { builtinScenarios } from '../scenarios/index.ts';
import { randomSeed } from '../stats/xoshiro.ts';
import type { SuiteRequest } from '../suite/request.ts';
import { builtinTransports } from '../transports/index.ts';
import { accept } from './accept.ts';
import { Catalogue } from './catalogue.ts';
import { resolveLinks } from './links.ts';
import type { LoadedConfig } from './load.ts';
import { RUN_KEYS, RUN_OPTIONS, type RunKey, type RunOptions } from './options.ts';

/** What was given on the command line, by key of `RUN_OPTIONS`: text, lists of text, or a switch. */
export type Given = { readonly [K in RunKey]?: unknown };

export interface ResolvedRun {
  readonly request: SuiteRequest;
  /** Every option with its value, for the record: as asked for, defaults included. */
  readonly options: RunOptions;
  /** What may not do what its author thinks; a line each. */
  readonly warnings: readonly string[];
}

/**
 * Merges the command line over the file over the defaults, and looks up what is named.
 * @throws UserError that names the option, its value, and what was expected
 */
export function resolveRun(given: Given, file: LoadedConfig | undefined): ResolvedRun {
  const fromFile = file ? check(file.config, (key) => `${file.name}: ${key}`, keysOf(file)) : {};
  const fromCommandLine = check(given, (key) => `--${RUN_OPTIONS[key].flag}`, RUN_KEYS);
  const options = { ...defaults(), ...fromFile, ...fromCommandLine };
  const transports = new Catalogue('transport', builtinTransports, fromFile.transports ?? []);
  const scenarios = new Catalogue('scenario', builtinScenarios, fromFile.scenarios ?? []);
  options.seed ??= randomSeed();
  const links = resolveLinks(options.links);
  const request: SuiteRequest = {
    transports: transports
      .resolve(options.transports)
      .map(({ label, item, options: own }) => ({ label, transport: item, options: own })),
    scenarios: withFile(
      options.file,
      scenarios
        .resolve(options.scenarios)
        .map(({ label, item, options: own }) => ({ label, scenario: item, params: own })),
    ),
    links,
    trials: options.trials,
    seconds: options.duration,
    warmupSeconds: options.warmup,
    timeoutSeconds: options.timeout,
    seed: options.seed,
    io: options.io,
    emulator: options.emulator,
    ...(file && !file.path.endsWith('.json') ? { configPath: file.path } : {}),
    ...(options.qlog === undefined ? {} : { qlog: options.qlog }),
  };
  const warnings = links.flatMap(({ label, warnings }) => warnings.map((warning) => `link '${label}': ${warning}`));
  return { request, options, warnings };
}

/** Gives the file to those that take one by their parameters and have not been given another. */
function withFile(path: string | undefined, asked: SuiteRequest['scenarios']): SuiteRequest['scenarios'] {
  if (path === undefined) return asked;
  const takes = ({ scenario: { params } }: (typeof asked)[number]) =>
    params instanceof z.ZodObject && 'path' in params.shape;
  if (!asked.some(takes)) {
    const names = asked.map(({ label }) => label).join(', ');
    throw new UserError(`--file ${path}: ${names} takes no file; add --scenario file`);
  }
  return asked.map((one) => (takes(one) ? { ...one, params: { path, ...one.params } } : one));
}

function defaults(): RunOptions {
  return Object.fromEntries(RUN_KEYS.map((key) => [key, RUN_OPTIONS[key].initial])) as RunOptions;
}

/** Keys that a file may have. */
function keysOf(file: LoadedConfig): RunKey[] {
  const accepted = RUN_KEYS.filter((key) => !('commandLineOnly' in RUN_OPTIONS[key]));
  for (const key of Object.keys(file.config)) {
    if ((accepted as string[]).includes(key)) continue;
    const meant = suggestion(key, accepted);
    throw new UserError(`${file.name}: unknown key '${key}'${meant || ';'} accepted are ${accepted.join(', ')}`);
  }
  return accepted;
}

function check(given: Given, describe: (key: RunKey) => string, keys: readonly RunKey[]): Partial<RunOptions> {
  const checked: Record<string, unknown> = {};
  for (const key of keys) {
    const value = given[key];
    if (value === undefined) continue;
    checked[key] = accept(key, value, describe(key));
  }
  return checked as Partial<RunOptions>;
}
