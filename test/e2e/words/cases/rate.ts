import { median } from '../../../../src/stats/quantile.ts';
import { between, late, lateAtBothEnds } from '../bound.ts';
import { iperf } from '../iperf.ts';
import { type Answer, burst, FULL, listOf, seqs, spaced, times } from '../ping.ts';
import type { WordCase } from '../word-case.ts';

/** Of a full frame, at a rate in Mbit/s. */
const fullMs = (mbps: number): number => (8 * 1514) / (1000 * mbps);
/** Payload over whole frames, as iperf3 counts. */
const DATAGRAM_RATE = (20 * 1400) / 1442;
/** Answers that come more than this after the one before begin another bunch. */
const APART_MS = 10;

const steps = (values: readonly number[]): number[] => values.slice(1).map((value, i) => value - values[i]);

/** Answers that come together. */
function bunches(answers: readonly Answer[]): Answer[][] {
  const found: Answer[][] = [];
  answers.forEach((answer, i) => {
    if (i === 0 || answer.ms - answers[i - 1].ms > APART_MS) found.push([answer]);
    else found.at(-1)?.push(answer);
  });
  return found;
}

const leastOf10 = async (lab: Parameters<WordCase['measure']>[0], options: readonly string[]): Promise<number> =>
  Math.min(...times(await spaced(lab, 10, options)));

export const RATE: readonly WordCase[] = [
  {
    word: 'rate',
    link: 'up: rate 1mbit',
    tools: ['ping'],
    figures: [
      { what: 'least round trip of 98 bytes', unit: 'ms', closedForm: '8 * 98 / R = 0.784 ms', bound: late(0.784) },
      { what: 'of 1,514 bytes', unit: 'ms', closedForm: '8 * 1514 / R = 12.112 ms', bound: late(fullMs(1)) },
    ],
    measure: async (lab) => [await leastOf10(lab, []), await leastOf10(lab, FULL)],
  },
  {
    word: 'rate with overhead and cells',
    link: 'up: rate 1mbit 20 100 5',
    tools: ['ping'],
    figures: [
      {
        what: 'least round trip of 1,442 bytes',
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
        what: 'received of 40 Mbit/s in datagrams of 1,400 bytes',
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
  {
    word: 'slot',
    link: 'up: slot 20ms packets 5',
    tools: ['ping'],
    figures: [
      { what: 'sizes of the bunches of 50', closedForm: '5 each', exactly: Array(10).fill(5).join(' ') },
      { what: 'median time between bunches', unit: 'ms', closedForm: '20 ms', bound: lateAtBothEnds(20) },
    ],
    measure: async (lab) => {
      const found = bunches(await burst(lab, 50));
      const starts = found.map(([first]) => first.ms);
      return [found.map(({ length }) => length).join(' '), median(steps(starts))];
    },
  },
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
