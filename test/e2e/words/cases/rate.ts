import { median } from '../../../../src/stats/quantile.ts';
import type { BareLab } from '../../outside-lab.ts';
import { type Bound, between, fiveErrors, late, lateAtBothEnds } from '../bound.ts';
import { iperf } from '../iperf.ts';
import { type Answer, burst, FULL, listOf, seqs, spaced, times } from '../ping.ts';
import { mean, steps } from '../statistics.ts';
import type { WordCase } from '../word-case.ts';

/** Of a full frame, at a rate in Mbit/s. */
const fullMs = (mbps: number): number => (8 * 1514) / (1000 * mbps);
/** Payload over whole frames, as iperf3 counts. */
const DATAGRAM_RATE = (20 * 1400) / 1442;
/** Answers that come more than this after the one before begin another bunch. */
const APART_MS = 10;

/** Answers that come together. */
function bunches(answers: readonly Answer[]): Answer[][] {
  const found: Answer[][] = [];
  answers.forEach((answer, i) => {
    if (i === 0 || answer.ms - answers[i - 1].ms > APART_MS) found.push([answer]);
    else found.at(-1)?.push(answer);
  });
  return found;
}

/** A burst that leaves in bunches; their distance is what a row is about. */
const slotted = (
  word: string,
  link: string,
  count: number,
  size: number,
  bound: Bound,
  closedForm: string,
): WordCase => ({
  word,
  link: `up: ${link}`,
  tools: ['ping'],
  figures: [
    {
      what: `bunches of ${count} of 98 bytes`,
      closedForm: `${size} each`,
      exactly: Array(count / size)
        .fill(size)
        .join(' '),
    },
    { what: 'mean time between them', unit: 'ms', closedForm, bound },
  ],
  measure: async (lab) => {
    const found = bunches(await burst(lab, count));
    return [found.map(({ length }) => length).join(' '), mean(steps(found.map(([first]) => first.ms)))];
  },
});

const leastOf10 = async (lab: BareLab, options: readonly string[]): Promise<number> =>
  Math.min(...times(await spaced(lab, 10, options)));

export const RATE: readonly WordCase[] = [
  {
    word: 'rate',
    link: 'up: rate 1mbit',
    tools: ['ping'],
    figures: [
      { what: 'least round trip of 98 bytes', unit: 'ms', closedForm: '8 * 98 / R = 0.784 ms', bound: late(0.784) },
      { what: 'of 1514 bytes', unit: 'ms', closedForm: '8 * 1514 / R = 12.112 ms', bound: late(fullMs(1)) },
    ],
    measure: async (lab) => [await leastOf10(lab, []), await leastOf10(lab, FULL)],
  },
  {
    word: 'rate with overhead and cells',
    link: 'up: rate 1mbit 20 100 5',
    tools: ['ping'],
    figures: [
      {
        what: 'least round trip of 1442 bytes',
        unit: 'ms',
        closedForm: '8 * ceil((1442 + 20) / 100) * (100 + 5) / R = 12.6 ms',
        bound: late(12.6),
      },
    ],
    measure: async (lab) => [await leastOf10(lab, ['-s', '1400'])],
  },
  {
    word: 'rate, under load',
    link: 'up: rate 20mbit',
    tools: ['iperf3'],
    figures: [
      {
        what: 'received of 40 Mbit/s in datagrams of 1400 bytes',
        unit: 'Mbit/s',
        closedForm: `R * 1400 / 1442 = ${DATAGRAM_RATE.toFixed(2)} Mbit/s`,
        bound: between(0.98 * DATAGRAM_RATE, 1.02 * DATAGRAM_RATE, "2 %: iperf3's clock"),
      },
    ],
    measure: async (lab) => {
      const { sum_received } = await iperf(lab, ['--udp', '--bitrate', '40M', '--length', '1400', '-t', '1']);
      return [sum_received.bits_per_second / 1e6];
    },
  },
  slotted('slot', 'slot 20ms packets 5', 50, 5, lateAtBothEnds(20), '20 ms'),
  slotted('slot in bytes', 'slot 20ms bytes 350', 40, 4, lateAtBothEnds(20), '20 ms'),
  slotted(
    'slot distribution',
    'slot distribution normal 20ms 2ms packets 5',
    100,
    5,
    fiveErrors(20, 2 / Math.sqrt(19)),
    'normal, mean 20 ms',
  ),
  {
    word: 'limit',
    link: 'up: delay 200ms limit 100',
    tools: ['ping'],
    figures: [{ what: 'answered of 200', closedForm: 'the first 100', exactly: '1 to 100' }],
    measure: async (lab) => [listOf(seqs(await burst(lab, 200)))],
  },
  {
    word: 'tbf',
    link: 'up: tbf rate 2mbit burst 15140 limit 15140',
    tools: ['ping'],
    figures: [
      { what: 'at once of 30', closedForm: 'burst / 1514 = 10', exactly: '1 to 10' },
      { what: 'answered of 30', closedForm: '(burst + limit) / 1514 = 20', exactly: '1 to 20' },
      {
        what: 'median time between the others',
        unit: 'ms',
        closedForm: '8 * 1514 / R = 6.056 ms',
        bound: lateAtBothEnds(fullMs(2)),
      },
    ],
    measure: async (lab) => {
      const answers = await burst(lab, 30, FULL);
      const others = answers.slice(9);
      return [listOf(seqs(answers.filter(({ ms }) => ms < 4))), listOf(seqs(answers)), median(steps(times(others)))];
    },
  },
];
