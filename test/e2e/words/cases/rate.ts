import { between, late, lateAtBothEnds } from '../bound.ts';
import { iperf } from '../iperf.ts';
import { type Answer, burst, FULL, listOf, PING_HEADERS, seqs, times } from '../ping.ts';
import { median } from '../../../../src/stats/quantile.ts';
import type { WordCase } from '../word-case.ts';

/** Of a full frame, at a rate in Mbit/s. */
const fullMs = (mbps: number): number => (8 * 1514) / (1000 * mbps);

/** Payload over whole frames, as iperf3 counts. */
const DATAGRAM_RATE = (20 * 1400) / 1442;
const CELLS_MS = (8 * 15 * 105) / 1000;

/** Answers that come more than this after the one before begin another bunch. */
const APART_MS = 10;

/** The times of bunches of answers, by their first ones, and their sizes. */
function bunches(answers: readonly Answer[]): { ms: number[]; sizes: number[] } {
  const [ms, sizes]: [number[], number[]] = [[], []];
  answers.forEach((answer, i) => {
    if (i === 0 || answer.ms - answers[i - 1].ms > APART_MS) {
      ms.push(answer.ms);
      sizes.push(0);
    }
    sizes[sizes.length - 1]++;
  });
  return { ms, sizes };
}

const steps = (values: readonly number[]): number[] => values.slice(1).map((value, i) => value - values[i]);

export const RATE: readonly WordCase[] = [
  {
    word: 'rate',
    link: 'up: rate 1mbit',
    tools: ['ping'],
    figures: [
      { what: 'least round trip with 98 bytes', unit: 'ms', closedForm: '8 * 98 / R = 0.784 ms', bound: late(0.784) },
      {
        what: 'least round trip with 1,514 bytes',
        unit: 'ms',
        closedForm: '8 * 1514 / R = 12.112 ms',
        bound: late(fullMs(1)),
      },
    ],
    measure: async (lab) => {
      const small = await paced(lab, []);
      return [small, await paced(lab, FULL)];
    },
  },
];
