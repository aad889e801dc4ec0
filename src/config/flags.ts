import type { Options } from 'yargs';
import { RUN_KEYS, RUN_OPTIONS, type RunKey, type RunOption } from './options.ts';
import type { Given } from './resolve.ts';

/** The run options for yargs. All are text: the table's own schemas check them, so that errors read alike everywhere. */
export function yargsOptions(): Record<string, Options> {
  return Object.fromEntries(RUN_KEYS.map((key) => [RUN_OPTIONS[key].flag, flagOf(RUN_OPTIONS[key])]));
}

export function flagOf(option: RunOption): Options {
  const description = `${option.help} [${defaultOf(option)}]`;
  if (option.value === undefined) return { type: 'boolean', description };
  // One value per flag: a greedy list would swallow the name of the configuration file.
  return { type: 'string', requiresArg: true, description, ...(option.repeatable ? { array: true, nargs: 1 } : {}) };
}

/** The default in words. */
export function defaultOf(option: RunOption): string {
  if (option.defaultText !== undefined) return option.defaultText;
  if (option.value === undefined) return option.initial === true ? 'on' : 'off';
  return Array.isArray(option.initial) ? option.initial.join(',') : String(option.initial);
}

/** What yargs parsed, by key of the table. */
export function givenFlags(parsed: Readonly<Record<string, unknown>>): Given {
  const given: Partial<Record<RunKey, unknown>> = {};
  for (const key of RUN_KEYS) {
    const value = parsed[RUN_OPTIONS[key].flag];
    if (value !== undefined) given[key] = value;
  }
  return given;
}
