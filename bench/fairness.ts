/**
 * `npm run bench:fairness -- --help`: what becomes of two flows that start together on one bottleneck in the lab: shares and Jain's index. rudp is
 * bench/rudp-flow.ts, tcp is iperf3's; both are counted where they arrive. tcp beside tcp says what is usual.
 */
import { formatBitRate } from '../src/record/units.ts';
import { median } from '../src/stats/quantile.ts';
import { linkText, queueOf } from './bottleneck.ts';
import { markdownTable, shuffled, spread, twoDigits, upTo } from './figures.ts';
import { type FlowKind, meanBps, runFlow, serveFlow } from './flows.ts';
import { type Cell, JOURNAL_OPTIONS, type Job, openJournal, runJobs } from './journal.ts';
import { inLab, listening } from './lab.ts';
import { list, numbers, positive, readOptions } from './options.ts';

/** From the start of the programs to that of the flows: a script takes its time. */
const LEAD_MS = 3000;
/** Making and ending a lab. */
const OVERHEAD_SECONDS = 5;

type Pair = readonly [FlowKind, FlowKind];

interface FairnessCell extends Cell {
  readonly bps: readonly [number, number];
  /** Share of the packets of both that found the queue full. */
  readonly dropped: number;
}

const options = readOptions('Two flows on one bottleneck of 100 Mbit/s.', {
  pairs: {
    value: 'rudp + tcp cc=cubic, rudp + tcp cc=bbr, rudp + rudp, tcp cc=bbr + tcp cc=cubic, tcp cc=bbr + tcp cc=bbr',
    help: 'who beside whom',
  },
  rtt: { value: '40', help: 'round trip without load, in ms' },
  queue: { value: '0.25,1,4', help: 'bandwidth-delay products before the bottleneck' },
  seconds: { value: '20', help: 'how long both send' },
  skip: { value: '5', help: 'of these, at the beginning, not counted' },
  rounds: { value: '3', help: 'repetitions' },
  ...JOURNAL_OPTIONS,
});
const journal = openJournal<FairnessCell>('fairness', options);
const [rttMs, seconds, skip] = [positive(options.rtt), positive(options.seconds), Number(options.skip)];

const linkOf = (share: number): string => linkText({ rttMs, queuePackets: queueOf(rttMs, share) });
const keyOf = (pair: Pair, share: number, round: number): string =>
  `${pair.join(' + ')}; ${linkOf(share)}; ${skip} to ${seconds} s; round ${round}`;

function jobOf(pair: Pair, share: number, round: number): Job[] {
  const key = keyOf(pair, share, round);
  if (journal.has(key)) return [];
  const run = async (): Promise<string> => {
    const { bps, dropped } = await together(pair, linkOf(share), round);
    journal.add({ key, bps, dropped });
    return bps.map(formatBitRate).join(' beside ');
  };
  return [{ label: `${pair.join(' + ')}, ${share} BDP, round ${round}`, seconds: seconds + OVERHEAD_SECONDS, run }];
}

/** Who is started first changes from round to round. */
function together(pair: Pair, link: string, round: number): Promise<Pick<FairnessCell, 'bps' | 'dropped'>> {
  return inLab(link, round, async (lab) => {
    const order = round % 2 === 0 ? pair.toReversed() : pair;
    const servers = order.map((kind, i) => serveFlow(lab, kind, i));
    await listening(lab, servers.length);
    const at = Date.now() + LEAD_MS;
    const flows = await Promise.all(servers.map((server) => runFlow(lab, server, at, seconds)));
    const { up } = await lab.account();
    const means = flows.map((flow) => meanBps(flow, skip, seconds - skip - 1));
    const [first, second] = round % 2 === 0 ? means.toReversed() : means;
    return { bps: [first, second], dropped: up.queueDropped / up.packetsIn };
  });
}

const pairs = list(options.pairs).map((text): Pair => {
  const [a, b, ...more] = text.split('+').map((part) => part.trim());
  if (!a || !b || more.length > 0) throw new Error(`'${text}' is no pair, such as rudp + tcp cc=bbr`);
  return [a, b];
});
const queues = numbers(options.queue);
const rounds = upTo(positive(options.rounds));
const jobs = rounds.flatMap((round) =>
  shuffled(
    pairs.flatMap((pair) => queues.map((share) => ({ pair, share }))),
    round,
  ).flatMap(({ pair, share }) => jobOf(pair, share, round)),
);
if (!options['report-only']) await runJobs(jobs);

/** Jain, Chiu and Hawe 1984: 1 when both get the same, 0.5 when one gets all. */
const jain = ([a, b]: readonly [number, number]): number => (a + b) ** 2 / (2 * (a * a + b * b));

const rows = pairs.flatMap((pair) =>
  queues.flatMap((share) => {
    const cells = journal.select(rounds.map((round) => keyOf(pair, share, round)));
    if (cells.length === 0) return [];
    const shares = cells.map(({ bps: [a, b] }) => a / (a + b));
    return [
      [
        pair.join(' + '),
        `${share} BDP, ${queueOf(rttMs, share)} packets`,
        ...[0, 1].map((i) => formatBitRate(median(cells.map(({ bps }) => bps[i])))),
        spread(shares, twoDigits),
        spread(
          cells.map(({ bps }) => jain(bps)),
          twoDigits,
        ),
        `${(100 * median(cells.map(({ dropped }) => dropped))).toFixed(2)} %`,
      ],
    ];
  }),
);
const head = [
  'flows',
  'queue',
  'goodput of the first',
  'of the second',
  'share of the first',
  "Jain's index",
  'dropped',
];
process.stdout.write(markdownTable(head, rows));
