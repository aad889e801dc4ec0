/**
 * `npm run bench:latency -- --help`: how long packets wait in the bottleneck's queue while one flow sends as fast as it goes. Asked of a bystander, irtt, whose
 * small packets cross the same queue: what the flow's sender keeps back in its own buffers does not count. Both ends have one clock, so the delay
 * is that of one way. Probes that find the queue full are lost and have no delay; their share stands beside.
 */
import { SERVER } from '../dist/lab/addresses.js';
import type { Session } from '../dist/lab/session.js';
import { formatBitRate } from '../src/record/units.ts';
import { median, quantile, sorted } from '../src/stats/quantile.ts';
import { linkText, queueOf, RATE_BPS } from './bottleneck.ts';
import { markdownTable, shuffled, spread, upTo } from './figures.ts';
import { type FlowKind, meanBps, runFlow, serveFlow } from './flows.ts';
import { type Cell, JOURNAL_OPTIONS, type Job, openJournal, runJobs } from './journal.ts';
import { inLab, listening, passed, start } from './lab.ts';
import { list, numbers, positive, readOptions } from './options.ts';

const INTERVAL_MS = 5;
const PROBE_BYTES = 64;
/** For answers of the last probes, and for greeting the server. */
const MARGIN_SECONDS = 2;
const OVERHEAD_SECONDS = 7;
const FRAME_BYTES = 1514;

interface LatencyCell extends Cell {
  /** Beyond the median of the unloaded link, in ms. */
  readonly p50: number;
  readonly p99: number;
  readonly unloaded: number;
  readonly lost: number;
  readonly bps: number;
}

const options = readOptions('Queueing delay beside one flow on a bottleneck of 100 Mbit/s.', {
  flows: { value: 'rudp, tcp cc=bbr, tcp cc=cubic', help: 'what loads the link' },
  rtt: { value: '40', help: 'round trip without load, in ms' },
  queue: { value: '1,4', help: 'bandwidth-delay products before the bottleneck' },
  seconds: { value: '15', help: 'how long is looked' },
  warmup: { value: '5', help: 'seconds that the flow has before' },
  rounds: { value: '3', help: 'repetitions' },
  ...JOURNAL_OPTIONS,
});
const journal = openJournal<LatencyCell>('latency', options);
const [rttMs, seconds, warmup] = [positive(options.rtt), positive(options.seconds), positive(options.warmup)];

const linkOf = (share: number): string => linkText({ rttMs, queuePackets: queueOf(rttMs, share) });
const keyOf = (flow: FlowKind, share: number, round: number): string =>
  `${flow}; ${linkOf(share)}; ${seconds} s after ${warmup}; round ${round}`;

function jobOf(flow: FlowKind, share: number, round: number): Job[] {
  const key = keyOf(flow, share, round);
  if (journal.has(key)) return [];
  const run = async (): Promise<string> => {
    const found = await inLab(linkOf(share), round, (lab) => measure(lab, flow));
    journal.add({ key, ...found });
    return `${found.p50.toFixed(1)} ms, p99 ${found.p99.toFixed(1)} ms, ${formatBitRate(found.bps)}`;
  };
  return [{ label: `${flow}, ${share} BDP, round ${round}`, seconds: seconds + warmup + OVERHEAD_SECONDS, run }];
}

type Found = Omit<LatencyCell, 'key'>;

async function measure(lab: Session, flow: FlowKind): Promise<Found> {
  // Its own lower bound of the interval is 10 ms.
  start(lab, 'server', ['irtt', 'server', '-i', '0', '-b', SERVER.v4]).output.catch(() => {});
  const server = serveFlow(lab, flow, 0);
  await listening(lab, 2);
  const unloaded = median((await probe(lab, 1)).delays);
  const at = Date.now() + 1500;
  const running = runFlow(lab, server, at, warmup + seconds + MARGIN_SECONDS);
  await passed(at + 1e3 * warmup - Date.now());
  const [{ delays, lost }, seen] = await Promise.all([probe(lab, seconds), running]);
  const beyond = sorted(delays.map((delay) => delay - unloaded));
  const [p50, p99] = [quantile(beyond, 0.5), quantile(beyond, 0.99)];
  return { p50, p99, unloaded, lost, bps: meanBps(seen, warmup, seconds) };
}

interface Irtt {
  readonly round_trips: readonly {
    readonly lost: string;
    readonly delay?: { readonly send?: number };
  }[];
}

/** One-way delays from client to server in ms. */
async function probe(lab: Session, seconds: number): Promise<{ delays: number[]; lost: number }> {
  const how = ['-i', `${INTERVAL_MS}ms`, '-d', `${seconds}s`, '-l', String(PROBE_BYTES), '--wait=1s'];
  const output = await start(lab, 'client', ['irtt', 'client', ...how, '-Q', '-o', '-', SERVER.v4]).output;
  const { round_trips: probes } = JSON.parse(output) as Irtt;
  const delays = probes.flatMap(({ lost, delay }) => (lost === 'false' && delay?.send ? delay.send / 1e6 : []));
  return { delays, lost: 1 - delays.length / probes.length };
}

const flows = list(options.flows);
const queues = numbers(options.queue);
const rounds = upTo(positive(options.rounds));
const jobs = rounds.flatMap((round) =>
  shuffled(
    flows.flatMap((flow) => queues.map((share) => ({ flow, share }))),
    round,
  ).flatMap(({ flow, share }) => jobOf(flow, share, round)),
);
if (!options['report-only']) await runJobs(jobs);

const ms = (value: number): string => `${value.toFixed(1)} ms`;
const rows = queues.flatMap((share) =>
  flows.flatMap((flow) => {
    const cells = journal.select(rounds.map((round) => keyOf(flow, share, round)));
    if (cells.length === 0) return [];
    const packets = queueOf(rttMs, share);
    return [
      [
        flow,
        `${share} BDP, ${packets} packets, ${ms((packets * FRAME_BYTES * 8e3) / RATE_BPS)}`,
        spread(
          cells.map(({ p50 }) => p50),
          ms,
        ),
        spread(
          cells.map(({ p99 }) => p99),
          ms,
        ),
        `${(100 * median(cells.map(({ lost }) => lost))).toFixed(2)} %`,
        formatBitRate(median(cells.map(({ bps }) => bps))),
      ],
    ];
  }),
);
process.stdout.write(
  markdownTable(['flow', 'queue', 'queueing delay, median', 'p99', 'probes lost', 'goodput of the flow'], rows),
);
