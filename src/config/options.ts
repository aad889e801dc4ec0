import { z } from 'zod';
import { parseDuration } from './duration.ts';

/**
 * An option of a run. This table is the only place that knows them: the command line, the configuration file and
 * docs/configuration.md are made from it.
 */
export interface RunOption<T = unknown> {
  /** On the command line, behind `--`. */
  readonly flag: string;
  /** What stands behind the flag in help texts; absent for a switch. */
  readonly value?: string;
  /** May be given again and again, or as a list in the file. */
  readonly repeatable?: true;
  /** Whether it makes sense on the command line only. */
  readonly commandLineOnly?: true;
  readonly help: string;
  /** The default in words, where it is not simply the value. */
  readonly defaultText?: string;
  readonly initial: T;
  /** Accepts the text of the command line as well as the value of the file. */
  readonly schema: z.ZodType<T>;
}

const option = <T>(definition: RunOption<T>): RunOption<T> => definition;

const path = z.string('expected a path').min(1, 'expected a path, found nothing');

/** In the order of the help. The keys are those of the configuration file. */
export const RUN_OPTIONS = {
  transports: option<readonly unknown[]>({
    flag: 'transport',
    value: 'SPECS',
    repeatable: true,
    help: "what to compare, apart by commas, options behind the name: 'tcp cc=cubic,tcp cc=bbr,udp'",
    initial: ['tcp', 'udp'],
    schema: list("names such as 'tcp'"),
  }),
  scenarios: option<readonly unknown[]>({
    flag: 'scenario',
    value: 'SPECS',
    repeatable: true,
    help: "workloads, apart by commas, parameters behind the name: 'stream size=64 rate=20mbit direction=down'",
    initial: ['stream'],
    schema: list("names such as 'stream'"),
  }),
  links: option<readonly unknown[]>({
    flag: 'link',
    value: 'PROFILE',
    repeatable: true,
    help: "what the path does: tc-netem's words ('delay 20ms loss 1% rate 20mbit'), a preset (netduel list --links), or a file that holds words, tc's command lines or its JSON; 'direct' for an unimpaired path through the lab, 'loopback' for no lab at all",
    initial: ['loopback'],
    schema: list("profiles such as 'delay 20ms loss 1% rate 20mbit'"),
  }),
  file: option<string | undefined>({
    flag: 'file',
    value: 'PATH',
    help: 'the file for scenarios that take one (path=...) and name none: a path with spaces or commas can be given here only; from where netduel runs',
    defaultText: 'what the scenario takes by itself',
    initial: undefined,
    schema: path,
  }),
  trials: option({
    flag: 'trials',
    value: 'N',
    help: 'how often each case is run; a verdict needs 4 at least',
    initial: 5,
    schema: integer(1, 10_000),
  }),
  duration: option({
    flag: 'duration',
    value: 'TIME',
    help: 'length of the measured window of a trial',
    defaultText: '2s',
    initial: 2,
    schema: seconds(0.1, 3600, '2s, 500ms or 1m'),
  }),
  warmup: option({
    flag: 'warmup',
    value: 'TIME',
    help: 'traffic before the window that is not counted; where that is longer, ten round trips of the link',
    defaultText: '500ms',
    initial: 0.5,
    schema: seconds(0, 60, '500ms or 1s'),
  }),
  timeout: option({
    flag: 'timeout',
    value: 'TIME',
    help: 'how long a trial may take beyond its planned length before it has failed',
    defaultText: '30s',
    initial: 30,
    schema: seconds(1, 3600, '30s or 2m'),
  }),
  seed: option<number | undefined>({
    flag: 'seed',
    value: 'N',
    help: 'fixes the order of trials and the random choices of the link',
    defaultText: 'random, and recorded',
    initial: undefined,
    schema: integer(0, 2 ** 32 - 1),
  }),
  io: option<'auto' | 'linux' | 'node'>({
    flag: 'io',
    value: 'auto|linux|node',
    help: "how endpoints reach the network: system calls of Linux, or Node's own sockets",
    initial: 'auto',
    schema: choice(['auto', 'linux', 'node']),
  }),
  emulator: option<'auto' | 'user' | 'kernel' | 'shim'>({
    flag: 'emulator',
    value: 'auto|user|kernel|shim',
    help: "what does a link's work: netduel in a lab, the kernel's netem in a lab, or netduel inside the endpoints, without a lab",
    initial: 'auto',
    schema: choice(['auto', 'user', 'kernel', 'shim']),
  }),
  out: option({
    flag: 'out',
    value: 'DIR',
    help: 'where the folder of the run is made',
    initial: 'results',
    schema: path,
  }),
  qlog: option<string | undefined>({
    flag: 'qlog',
    value: 'FILE',
    help: "write what connections do, for viewers of qlog, to files named after this one: FILE-client and FILE-server, with the trial's number between where there are several; of transports that write events",
    defaultText: 'off',
    initial: undefined,
    schema: path,
  }),
  report: option({
    flag: 'report',
    help: "tables, charts and the HTML page beside the record; --no-report saves their time, and 'netduel report DIR' makes them later",
    initial: true,
    schema: z.boolean('expected true or false'),
  }),
  json: option({
    flag: 'json',
    commandLineOnly: true,
    help: 'print the record of the run on stdout as JSON instead of a table',
    initial: false,
    schema: z.boolean('expected true or false'),
  }),
} as const;

export type RunKey = keyof typeof RUN_OPTIONS;

/** Every option with its value in the unit of the program (durations in seconds). */
export type RunOptions = { -readonly [K in RunKey]: (typeof RUN_OPTIONS)[K]['initial'] };

export const RUN_KEYS = Object.keys(RUN_OPTIONS) as RunKey[];

function list(examples: string): z.ZodType<readonly unknown[]> {
  return z.array(z.unknown(), `expected a list of ${examples}`).min(1, `the list is empty; expected ${examples}`);
}

function choice<const T extends readonly string[]>(accepted: T): z.ZodType<T[number]> {
  return z.enum(accepted, `expected ${accepted.join(', ')}`) as unknown as z.ZodType<T[number]>;
}

function integer(min: number, max: number): z.ZodType<number> {
  return z.unknown().transform((given, context) => {
    const value = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    context.addIssue({ code: 'custom', message: `expected a whole number from ${min} to ${max}` });
    return z.NEVER;
  });
}

function seconds(min: number, max: number, examples: string): z.ZodType<number> {
  return z.unknown().transform((given, context) => {
    const value = typeof given === 'string' ? parseDuration(given) : given;
    if (typeof value === 'number' && value >= min && value <= max) return value;
    const expected = `expected a time such as ${examples} (a bare number is seconds), from ${min} s to ${max} s`;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}
