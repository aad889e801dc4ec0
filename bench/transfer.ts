/**
 * `npm run bench:transfer -- --help`: how long a transfer takes, from the first byte to the last delivery, in the lab. One `netduel run` per
 * size, loss and round, in which all transports meet the same link; so rounds are pairs.
 */
import type { RunRecord } from '../src/record/schema.ts';
import { formatBytes, formatFactor, formatSeconds } from '../src/record/units.ts';
import { median } from '../src/stats/quantile.ts';
import { ceilingBps, linkText, queueOf } from './bottleneck.ts';
import { markdownTable, shuffled, spread, tally, upTo } from './figures.ts';
import { type Cell, JOURNAL_OPTIONS, type Job, openJournal, runJobs } from './journal.ts';
import { netduelRun } from './netduel.ts';
import { list, numbers, positive, readOptions } from './options.ts';

const SIZE = 1400;
const OVERHEAD_SECONDS = 1;
/** Slow start and the like, against the time at full rate. */
const SLACK = 1.3;

interface TransferCell extends Cell {
  readonly transport: string;
  readonly bytes: number;
  readonly lossPercent: number;
  readonly round: number;
  readonly seconds: number;
  /** At the ceiling, and the way of one packet. */
  readonly ideal: number;
  readonly flags: readonly string[];
}

const options = readOptions(
  'Completion of transfers over rate 100mbit, a queue of one bandwidth-delay product, delay RTT/2.',
  {
    transport: { value: 'rudp,tcp cc=cubic,tcp cc=bbr', help: 'what to compare; the first beside each of the others' },
    bytes: { value: '1000000,10000000,100000000', help: 'payload of a transfer' },
    rtt: { value: '40', help: 'round trip without load, in ms' },
    loss: { value: '0,1', help: 'independent loss in percent, each way' },
    rounds: { value: '5', help: 'repetitions' },
    timeout: { value: '900', help: 'seconds after which a transfer has failed' },
    ...JOURNAL_OPTIONS,
  },
);
const transports = list(options.transport);
const rttMs = positive(options.rtt);
const journal = openJournal<TransferCell>('transfer', options);

interface Question {
  readonly bytes: number;
  readonly lossPercent: number;
}

const linkOf = ({ lossPercent }: Question): string => linkText({ rttMs, queuePackets: queueOf(rttMs), lossPercent });
const keyOf = (question: Question, transport: string, round: number): string =>
  `${transport}; ${question.bytes} B; ${linkOf(question)}; round ${round}`;

function jobOf(question: Question, round: number): Job[] {
  const missing = transports.filter((transport) => !journal.has(keyOf(question, transport, round)));
  if (missing.length === 0) return [];
  return [
    {
      label: `${formatBytes(question.bytes)}, ${question.lossPercent} %, round ${round}`,
      seconds: 5 + missing.reduce((sum, name) => sum + OVERHEAD_SECONDS + guess(name, question), 0),
      run: async () => {
        const record = await measure(question, round, missing);
        return record.trials.map((trial) => take(record, trial, question, round)).join(', ');
      },
    },
  ];
}

/** Loss keeps congestion control that takes it for congestion at about 1.22 packets per round trip and root of the loss (Mathis 1997). */
function guess(transport: string, { bytes, lossPercent }: Question): number {
  const full = SLACK * ((bytes * 8) / 90e6);
  const window = transport.includes('cubic') && lossPercent > 0 ? 1.22 / Math.sqrt(lossPercent / 100) : Infinity;
  return Math.max(full, (bytes * rttMs) / 1e3 / (SIZE * window));
}

function measure(question: Question, round: number, missing: readonly string[]): Promise<RunRecord> {
  const scenario = `stream size=${SIZE} bytes=${question.bytes}`;
  const what = ['--transport', missing.join(','), '--scenario', scenario, '--link', linkOf(question)];
  const how = ['--trials', '1', '--seed', String(round), '--timeout', `${options.timeout}s`, '--emulator', 'user'];
  return netduelRun([...what, ...how]);
}

/** Keeps what a trial found; says it. */
function take({ cases }: RunRecord, trial: RunRecord['trials'][number], question: Question, round: number): string {
  const { transport } = cases[trial.case];
  const { label } = transport;
  const seconds = trial.state === 'completed' ? trial.metrics['completion_s'] : undefined;
  if (seconds === undefined || trial.state !== 'completed') {
    return `${label} ${trial.state === 'completed' ? 'lost messages' : trial.reason}`;
  }
  const ceiling = ceilingBps(transport, SIZE, question.lossPercent);
  const ideal = (question.bytes * 8) / ceiling + rttMs / 2e3;
  const flags = trial.flags.map(({ name }) => name);
  journal.add({ key: keyOf(question, label, round), transport: label, ...question, round, seconds, ideal, flags });
  return `${label} ${formatSeconds(seconds)}`;
}

const questions = numbers(options.loss).flatMap((lossPercent) =>
  numbers(options.bytes).map((bytes): Question => ({ bytes, lossPercent })),
);
const rounds = upTo(positive(options.rounds));
if (!options['report-only']) {
  await runJobs(rounds.flatMap((round) => shuffled(questions, round).flatMap((question) => jobOf(question, round))));
}

const cellsOf = (question: Question, transport: string): TransferCell[] =>
  journal.select(rounds.map((round) => keyOf(question, transport, round)));
const secondsOf = (cells: readonly TransferCell[]): number[] => cells.map(({ seconds }) => seconds);
const [own, ...others] = transports;

/** Of the times: how many times as long the other takes, of the medians and of each pair. */
function ratios(question: Question, other: string): string[] {
  const [ours, theirs] = [cellsOf(question, own), cellsOf(question, other)];
  const pairs = ours.flatMap(({ round, seconds }) => {
    const found = theirs.find((cell) => cell.round === round);
    return found ? found.seconds / seconds : [];
  });
  if (pairs.length === 0) return ['-', '-'];
  return [formatFactor(median(secondsOf(theirs)) / median(secondsOf(ours))), spread(pairs, formatFactor)];
}

const rows = questions
  .filter((question) => transports.some((transport) => cellsOf(question, transport).length > 0))
  .map((question) => [
    `${formatBytes(question.bytes)}, ${question.lossPercent} %`,
    ...transports.map((transport) => spread(secondsOf(cellsOf(question, transport)), formatSeconds)),
    formatSeconds(transports.flatMap((transport) => cellsOf(question, transport))[0].ideal),
    ...others.flatMap((other) => ratios(question, other)),
  ]);
const compared = others.flatMap((other) => [`${other} / ${own}, medians`, 'pairs']);
process.stdout.write(markdownTable(['payload, loss', ...transports, 'at full rate', ...compared], rows));
const cells = questions.flatMap((question) => transports.flatMap((transport) => cellsOf(question, transport)));
const flags = tally(cells.flatMap((cell) => cell.flags));
if (flags) process.stdout.write(`\nFlags of trials: ${flags}.\n`);
