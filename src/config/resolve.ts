import { UserError } from '../record/errors.ts';
import { builtinScenarios } from '../scenarios/index.ts';
import type { SuiteRequest } from '../suite/request.ts';
import { builtinTransports } from '../transports/index.ts';
import { Catalogue } from './catalogue.ts';
import { resolveLinks } from './links.ts';
import type { LoadedConfig } from './load.ts';
import { suggestion } from './nearest.ts';
import { RUN_KEYS, RUN_OPTIONS, type RunKey, type RunOptions } from './options.ts';

/** What was given on the command line, by key of `RUN_OPTIONS`: text, lists of text, or a switch. */
export type Given = { readonly [K in RunKey]?: unknown };

export interface ResolvedRun {
  readonly request: SuiteRequest;
  /** Every option with its value, for the record: as asked for, defaults included. */
  readonly options: RunOptions;
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
  const request: SuiteRequest = {
    transports: transports
      .resolve(options.transports)
      .map(({ label, item, options: own }) => ({ label, transport: item, options: own })),
    scenarios: scenarios
      .resolve(options.scenarios)
      .map(({ label, item, options: own }) => ({ label, scenario: item, params: own })),
    links: resolveLinks(options.links),
    trials: options.trials,
    seconds: options.duration,
    warmupSeconds: options.warmup,
    timeoutSeconds: options.timeout,
    seed: options.seed,
    io: options.io,
    ...(file && !file.path.endsWith('.json') ? { configPath: file.path } : {}),
  };
  return { request, options };
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
    const result = RUN_OPTIONS[key].schema.safeParse(value);
    if (!result.success) throw new UserError(`${describe(key)}: ${refusal(value, result.error.issues[0]?.message)}`);
    checked[key] = result.data;
  }
  return checked as Partial<RunOptions>;
}

function refusal(value: unknown, expected = 'not accepted'): string {
  if (Array.isArray(value) && value.length > 0) return `given more than once (${value.join(', ')}); ${expected}`;
  return `'${typeof value === 'string' ? value : JSON.stringify(value)}' is not accepted; ${expected}`;
}

const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0];
