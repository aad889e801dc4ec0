/**
 * `npm run bench:noise -- --help`: what 10,000 datagrams per second that are nobody's do to a live connection of rudp in the lab, when they are sent to its
 * server's port. They take capacity from the link whatever they are for, so they are sent to another port too: the difference is the server's doing.
 */
import { SERVER } from '../dist/lab/addresses.js';
import type { Session } from '../dist/lab/session.js';
import { formatBitRate, formatFactor, formatNumber, formatSeconds } from '../src/record/units.ts';
import { median } from '../src/stats/quantile.ts';
import { linkText, queueOf } from './bottleneck.ts';
import { markdownTable, shuffled, spread, upTo } from './figures.ts';
import { meanBps, runFlow, serveFlow } from './flows.ts';
import { type Cell, JOURNAL_OPTIONS, type Job, openJournal, runJobs } from './journal.ts';
import { inLab, listening, script, start } from './lab.ts';
import { positive, readOptions } from './options.ts';

const ELSEWHERE_PORT = 7001;
const LEAD_MS = 2500;
const OVERHEAD_SECONDS = 5;
const SKIP_SECONDS = 3;

const ARMS = ['none', 'another port', "rudp's port"] as const;
type Arm = (typeof ARMS)[number];

interface NoiseCell extends Cell {
  readonly arm: Arm;
  readonly round: number;
  readonly bps: number;
  /** Of the server, per second. */
  readonly cpuSeconds: number;
  /** Datagrams per second that were really sent. */
  readonly noise: number;
}

const options = readOptions(
  'One flow of rudp over 100 Mbit/s with a queue of one bandwidth-delay product, beside noise.',
  {
    flow: { value: 'rudp', help: 'the flow, with its options' },
    noise: { value: '10000', help: 'datagrams per second' },
    rtt: { value: '40', help: 'round trip without load, in ms' },
    loss: { value: '0', help: 'independent loss in percent, each way' },
    seconds: { value: '10', help: 'how long is counted' },
    rounds: { value: '5', help: 'repetitions' },
    ...JOURNAL_OPTIONS,
  },
);
const journal = openJournal<NoiseCell>('noise', options);
const [rttMs, seconds, rate] = [positive(options.rtt), positive(options.seconds), positive(options.noise)];
const link = linkText({ rttMs, queuePackets: queueOf(rttMs), lossPercent: Number(options.loss) });
const keyOf = (arm: Arm, round: number): string =>
  `${options.flow}; ${arm === 'none' ? arm : `${rate} to ${arm}`}; ${link}; ${seconds} s; round ${round}`;

function jobOf(arm: Arm, round: number): Job[] {
  const key = keyOf(arm, round);
  if (journal.has(key)) return [];
  const run = async (): Promise<string> => {
    const found = await inLab(link, round, (lab) => measure(lab, arm));
    journal.add({ key, arm, round, ...found });
    return formatBitRate(found.bps);
  };
  return [{ label: `noise to ${arm}, round ${round}`, seconds: seconds + SKIP_SECONDS + OVERHEAD_SECONDS, run }];
}

async function measure(lab: Session, arm: Arm): Promise<Omit<NoiseCell, 'key' | 'arm' | 'round'>> {
  const server = serveFlow(lab, options.flow, 0);
  // There in every arm, so that the arms differ in nothing else.
  start(lab, 'server', script('udp-noise.ts', 'sink', SERVER.v4, ELSEWHERE_PORT)).output.catch(() => {});
  await listening(lab, 2);
  const length = SKIP_SECONDS + seconds + 1;
  const flow = runFlow(lab, server, Date.now() + LEAD_MS, length);
  const port = arm === 'another port' ? ELSEWHERE_PORT : server.port;
  const send = script('udp-noise.ts', 'send', SERVER.v4, port, rate, length + LEAD_MS / 1e3);
  const noise = arm === 'none' ? undefined : start(lab, 'client', send).output;
  const [seen, sent] = await Promise.all([flow, noise]);
  const counted = seen.slice(SKIP_SECONDS, SKIP_SECONDS + seconds);
  return {
    bps: meanBps(seen, SKIP_SECONDS, seconds),
    cpuSeconds: counted.reduce((sum, second) => sum + (second.cpuSeconds ?? 0), 0) / seconds,
    noise: sent === undefined ? 0 : (JSON.parse(sent) as { packetsPerSecond: number }).packetsPerSecond,
  };
}

const rounds = upTo(positive(options.rounds));
const jobs = rounds.flatMap((round) => shuffled(ARMS, round).flatMap((arm) => jobOf(arm, round)));
if (!options['report-only']) await runJobs(jobs);

const of = (arm: Arm): NoiseCell[] => journal.select(rounds.map((round) => keyOf(arm, round)));

/** Of pairs of the same round. */
function against(arm: Arm, other: Arm): string {
  const ratios = of(arm).flatMap(({ round, bps }) => {
    const found = of(other).find((cell) => cell.round === round);
    return found ? bps / found.bps : [];
  });
  return spread(ratios, formatFactor);
}

const rows = ARMS.filter((arm) => of(arm).length > 0).map((arm) => [
  arm,
  formatNumber(median(of(arm).map(({ noise }) => noise))),
  spread(
    of(arm).map(({ bps }) => bps),
    formatBitRate,
  ),
  against(arm, 'none'),
  against(arm, 'another port'),
  formatSeconds(median(of(arm).map(({ cpuSeconds }) => cpuSeconds))),
]);
const head = ['noise to', 'datagrams/s', 'goodput', '/ none', '/ to another port', "server's CPU per second"];
process.stdout.write(markdownTable(head, rows));
