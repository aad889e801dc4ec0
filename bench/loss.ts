/**
 * `npm run bench:loss -- --help`: goodput against what the path could carry, over round trips and loss, of rudp beside tcp and udp, in the lab.
 * One `netduel run` per link and seed, in which all transports meet the same link; links in an order by chance, so that what is there after a
 * while is no choice of easy ones. Goes on where it was stopped.
 */
import { writeFileSync } from 'node:fs';
import { renderSvg } from '../dist/report/render.js';
import type { CompletedTrial, RunRecord } from '../src/record/schema.ts';
import { ceilingBps, linkText, type Pattern, queueOf } from './bottleneck.ts';
import { shuffled, twoDigits, upTo } from './figures.ts';
import { JOURNAL_OPTIONS, type Job, openJournal, runJobs } from './journal.ts';
import type { LossCell } from './loss-cell.ts';
import { lossChart } from './loss-chart.ts';
import { lossReport } from './loss-report.ts';
import { meanGoodput, netduelRun } from './netduel.ts';
import { list, numbers, positive, readOptions } from './options.ts';

const SIZE = 1400;
/** Of a trial beside its window: warm-up, drain, and its share of starting and calibrating. */
const OVERHEAD_SECONDS = 2.5;
const LEAST_SECONDS = 10;
const LEAST_ROUND_TRIPS = 100;

const options = readOptions('Goodput over loss: rate 100mbit queue N packets | delay RTT/2 loss P, both ways.', {
  transport: { value: 'tcp cc=reno,tcp cc=cubic,tcp cc=bbr,udp,rudp', help: 'what to compare' },
  rtt: { value: '10,40,100,200', help: 'round trips without load, in ms' },
  loss: { value: '0,0.1,1,2,5,10', help: 'mean loss in percent, each way' },
  pattern: { value: 'iid,bursts', help: 'iid: independent; bursts: Gilbert-Elliott, 4 packets on average' },
  queue: { value: 'bdp', help: 'packets before the bottleneck, or bdp: one bandwidth-delay product, 64 at least' },
  seeds: { value: '3', help: 'repetitions, each with losses of its own' },
  seconds: { value: '', help: 'length of a window [10, or 100 round trips where that is longer]' },
  svg: { value: '', help: 'where the chart goes [docs/images/rudp-loss.svg, once everything is measured]' },
  ...JOURNAL_OPTIONS,
});
const transports = list(options.transport);
const journal = openJournal<LossCell>('loss', options);

interface Link {
  readonly rttMs: number;
  readonly lossPercent: number;
  readonly pattern: Pattern;
  readonly queuePackets: number;
  readonly seconds: number;
}

/** The chart of the docs; one of its own for a queue that is not one bandwidth-delay product. */
function standard(queue: string): string {
  const name = queue === 'bdp' ? 'rudp-loss' : `rudp-loss-queue-${queue}`;
  return new URL(`../docs/images/${name}.svg`, import.meta.url).pathname;
}

const links = numbers(options.rtt).flatMap((rttMs) =>
  (list(options.pattern) as Pattern[]).flatMap((pattern) =>
    numbers(options.loss).map((lossPercent): Link => {
      const queuePackets = options.queue === 'bdp' ? queueOf(rttMs) : positive(options.queue);
      const enough = Math.max(LEAST_SECONDS, (LEAST_ROUND_TRIPS * rttMs) / 1e3);
      const seconds = options.seconds === '' ? enough : positive(options.seconds);
      // Without loss there is no pattern to it: one cell for all.
      return { rttMs, lossPercent, pattern: lossPercent === 0 ? 'iid' : pattern, queuePackets, seconds };
    }),
  ),
);
const distinct = [...new Map(links.map((link) => [linkText(link), link])).values()];

const keyOf = (link: Link, transport: string, seed: number): string =>
  `${transport}; ${linkText(link)}; ${link.seconds} s; seed ${seed}`;

function jobOf(link: Link, seed: number): Job[] {
  const missing = transports.filter((transport) => !journal.has(keyOf(link, transport, seed)));
  if (missing.length === 0) return [];
  return [
    {
      label: `${linkText(link)}, seed ${seed}`,
      seconds: missing.length * (link.seconds + OVERHEAD_SECONDS + (10 * link.rttMs) / 1e3),
      run: async () => {
        const said: string[] = [];
        for (const cell of cellsOf(link, seed, await measure(link, seed, missing))) {
          if (cell.steady !== undefined) journal.add(cell);
          said.push(`${cell.transport} ${cell.steady === undefined ? cell.reason : twoDigits(cell.steady)}`);
        }
        return said.join(', ');
      },
    },
  ];
}

function measure(link: Link, seed: number, missing: readonly string[]): Promise<RunRecord> {
  const what = ['--transport', missing.join(','), '--scenario', `stream size=${SIZE}`, '--link', linkText(link)];
  const how = ['--trials', '1', '--seed', String(seed), '--duration', `${link.seconds}s`, '--timeout', '300s'];
  return netduelRun([...what, ...how, '--emulator', 'user']);
}

function* cellsOf(link: Link, seed: number, { cases, trials }: RunRecord): Generator<LossCell> {
  for (const trial of trials) {
    const { transport } = cases[trial.case];
    const ceiling = ceilingBps(transport, SIZE, link.lossPercent);
    const about = { ...link, key: keyOf(link, transport.label, seed), transport: transport.label, seed, ceiling };
    yield trial.state === 'completed' ? { ...about, ...found(trial, ceiling) } : { ...about, reason: trial.reason };
  }
}

function found(trial: CompletedTrial, ceiling: number): Partial<LossCell> {
  const { metrics, flags, link } = trial;
  const [steady, whole] = [meanGoodput(trial, 'window'), meanGoodput(trial, 'first byte')];
  return {
    ...(steady === undefined ? {} : { steady: steady / ceiling }),
    // A pause in which the link empties is no slow start.
    ...(whole === undefined || trial.effective.settleSeconds > 0 ? {} : { whole: whole / ceiling }),
    ...(link && link.up.packetsIn > 0 ? { realisedLoss: link.up.lost / link.up.packetsIn } : {}),
    ...(link ? { queueDropped: link.up.queueDropped } : {}),
    ...(metrics['retransmits'] === undefined ? {} : { retransmits: metrics['retransmits'] }),
    ...(metrics['spurious_retransmits'] === undefined ? {} : { spurious: metrics['spurious_retransmits'] }),
    flags: flags.map(({ name }) => name),
  };
}

const seeds = upTo(positive(options.seeds));
const jobs = seeds.flatMap((seed) => shuffled(distinct, seed).flatMap((link) => jobOf(link, seed)));
if (!options['report-only']) await runJobs(jobs);

const wanted = seeds.flatMap((seed) =>
  distinct.flatMap((link) => transports.map((transport) => keyOf(link, transport, seed))),
);
const cells = journal.select(wanted);
process.stdout.write(lossReport(cells, transports));
const chart = lossChart(cells, transports);
const path = options.svg || (cells.length === wanted.length && standard(options.queue));
if (chart && path) {
  const { svg, warnings } = await renderSvg(chart);
  for (const warning of warnings) process.stderr.write(`chart: ${warning}\n`);
  writeFileSync(path, svg);
  process.stderr.write(`${path}\n`);
}
