import type { DirectionAccount, RunRecord } from '../record/schema.ts';
import { formatCount, formatSeconds } from '../record/units.ts';
import type { Analysis } from './analyse.ts';
import { MISSING, oneLine } from './case-columns.ts';
import { agreement } from './fate.ts';
import { extentOf } from './features/index.ts';
import { tally } from './troubles.ts';

/** What HTML and Markdown both say, as plain text: neither escaped nor laid out. */

const distinct = (values: readonly string[]): string[] => [...new Set(values.map(oneLine))];

/** "tcp, udp and rudp". */
function enumerate(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}

/** What was compared: "tcp and udp: stream over 2 links". */
export function heading(run: RunRecord): string {
  const { cases } = run;
  const transports = distinct(cases.map((entry) => entry.transport.label));
  if (extentOf(run)) return `${enumerate(transports)}: what is said of UDP and TCP, measured`;
  const scenarios = distinct(cases.map((entry) => entry.scenario.label));
  const links = distinct(cases.map((entry) => entry.link.label));
  const over = links.length === 1 ? links[0] : `${links.length} links`;
  return `${enumerate(transports)}: ${enumerate(scenarios)} over ${over}`;
}

/** When, how much, and whether it came to its end. */
export function subheading(run: RunRecord): string {
  const completed = run.trials.filter((trial) => trial.state === 'completed').length;
  const state = run.state === 'completed' ? '' : `, ${run.state}: this is what there was by then`;
  return `Run ${run.runId}, started ${run.startedAt}: ${completed} of ${run.trials.length} trials completed${state}.`;
}

/** For a shell, on one line: bash and its kin read `$'...'`. */
function quote(argument: string): string {
  if (/^[\w./:=@%+-]+$/.test(argument)) return argument;
  if (!/\p{Cc}/u.test(argument)) return `'${argument.replaceAll("'", "'\\''")}'`;
  const escaped = argument
    .replace(/[\\']/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replace(/\p{Cc}/gu, ' ');
  return `$'${escaped}'`;
}

/** What a link was resolved from: the profile of one that the configuration names, whatever it is called; else its label. */
function askedLink(label: string, requested: RunRecord['requested']): string {
  const links: readonly unknown[] = Array.isArray(requested['links']) ? requested['links'] : [];
  for (const link of links) {
    if (typeof link !== 'object' || link === null || !('name' in link && 'profile' in link)) continue;
    if (link.name === label && typeof link.profile === 'string') return link.profile;
  }
  return label;
}

/** A command that asks for the same run again. */
export function repeatCommand(run: RunRecord): string {
  const { cases, effective, requested } = run;
  const extent = extentOf(run);
  const emulator = ['kernel', 'shim'].includes(effective.emulator.name)
    ? [`--emulator ${effective.emulator.name}`]
    : [];
  const labels = (kind: 'transport' | 'scenario' | 'link'): string[] =>
    distinct(cases.map((entry) => entry[kind].label));
  const transports = `--transport ${quote(labels('transport').join(','))}`;
  if (extent) {
    return [
      'netduel features',
      ...(extent === 'usual' ? [] : [`--${extent}`]),
      transports,
      `--trials ${effective.trials}`,
      ...emulator,
      `--seed ${effective.seed}`,
    ].join(' ');
  }
  const duration = requested['duration'];
  return [
    'netduel run',
    transports,
    `--scenario ${quote(labels('scenario').join(','))}`,
    ...[...new Set(cases.map(({ link }) => link.label))].map((label) => `--link ${quote(askedLink(label, requested))}`),
    `--trials ${effective.trials}`,
    ...(typeof duration === 'number' ? [`--duration ${duration}s`] : []),
    ...emulator,
    `--seed ${effective.seed}`,
  ].join(' ');
}

export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Index of the first column of numbers; those from there on stand at the right. */
  readonly numbersFrom: number;
}

/** What the link did in every trial, direction by direction, and whether the transport's story agrees. */
export function accountTable({ cases }: Analysis): TextTable {
  const rows = cases.flatMap(({ label, completed }) =>
    completed.flatMap((trial) => {
      if (!trial.link) return [];
      const { up, down } = trial.link;
      const verdict = agreement(trial);
      const agrees = verdict ? `${verdict.verdict}: ${verdict.text}` : MISSING;
      return [
        [oneLine(label), `${trial.trial}`, agrees, 'up', ...accountCells(up)],
        [oneLine(label), `${trial.trial}`, '', 'down', ...accountCells(down)],
      ];
    }),
  );
  const counts = [
    'packets in',
    'lost by model',
    'queue dropped',
    'reordered',
    'overrun',
    'late p50',
    'late p99',
    'late max',
  ];
  return { head: ['case', 'trial', 'link against transport', 'direction', ...counts], rows, numbersFrom: 4 };
}

function accountCells({ packetsIn, lost, queueDropped, reordered, overrun, lateness }: DirectionAccount): string[] {
  const late = lateness ? [lateness.p50, lateness.p99, lateness.max].map(formatSeconds) : [MISSING, MISSING, MISSING];
  return [...[packetsIn, lost, queueDropped, reordered, overrun].map(formatCount), ...late];
}

/** One sentence over all accounts; undefined without a lab. */
export function accountSummary({ cases }: Analysis): string | undefined {
  const verdicts = cases.flatMap((entry) => entry.completed.flatMap((trial) => agreement(trial) ?? []));
  if (verdicts.length === 0) return undefined;
  const words = { agrees: 'agree', repaired: 'show losses that the transport made good', differs: 'differ' };
  const parts = tally(verdicts, ({ verdict }) => verdict).map(([{ verdict }, n]) => `${n} ${words[verdict]}`);
  return `The link's counts against the transport's own, over ${verdicts.length} trials: ${parts.join(', ')}.`;
}

/** Every flag of every case once, with how many trials it touches. */
export function flagTable({ cases }: Analysis): TextTable {
  const rows = cases.flatMap(({ label, completed }) =>
    tally(
      completed.flatMap((trial) => trial.flags),
      (flag) => flag.name,
    ).map(([flag, n]) => [oneLine(label), flag.name, `${n} of ${completed.length}`, flag.reason, flag.remedy]),
  );
  return { head: ['case', 'flag', 'trials', 'reason', 'what to do'], rows, numbersFrom: 5 };
}

export function environmentTable({ environment, effective }: RunRecord): TextTable {
  const { libraries, sysctls, memoryBytes, cpus, ...rest } = environment;
  const because = (reason: string | undefined): string => (reason ? ` (${reason})` : '');
  const rows = [
    ...Object.entries(rest).map(([name, value]) => [name, `${value}`]),
    ['processors', `${cpus}`],
    ['memory', `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ['io', `${effective.io.name}${because(effective.io.reason)}`],
    ['emulator', `${effective.emulator.name}${because(effective.emulator.reason)}${carries(effective.emulator)}`],
    ['seed', `${effective.seed}`],
    ...Object.entries(libraries),
    ...Object.entries(sysctls),
  ];
  return { head: ['what', 'value'], rows, numbersFrom: 2 };
}

/** What was found of an emulator before the first trial. */
function carries({ ceiling, realTime }: RunRecord['effective']['emulator']): string {
  const found = [
    ...(ceiling === undefined ? [] : [`carries ${formatCount(Math.round(ceiling))} packets/s here`]),
    ...(realTime === undefined ? [] : [`${realTime ? 'with' : 'without'} real-time priority`]),
  ];
  return found.length > 0 ? `: ${found.join(', ')}` : '';
}
