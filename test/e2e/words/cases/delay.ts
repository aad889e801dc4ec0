import { median } from '../../../../src/stats/quantile.ts';
import { fiveErrors, late, leastOf, meanOf, medianOf } from '../bound.ts';
import { irtt } from '../irtt.ts';
import { burst, seqs, spaced, steady, times } from '../ping.ts';
import { correlation, deviation, mean } from '../statistics.ts';
import type { WordCase } from '../word-case.ts';
import { moments } from './moments.ts';

const N = 2000;
const TRIPS = 150;
const IN_A_ROW = 1000;
const UNIFORM_DEVIATION = 15 / Math.sqrt(3);
/** Uniform within 20 ms +- 5 ms. */
const uniform = (q: number): number => 15 + 10 * q;

const distributed = (name: string, shape: { mean: number; deviation: number }): WordCase => {
  const [middle, wide] = [60 + 15 * shape.mean, 15 * shape.deviation];
  const { reach, kurtosis } = moments(name);
  return {
    word: `distribution ${name}`,
    link: `up: delay 60ms 15ms distribution ${name}`,
    tools: ['ping'],
    figures: [
      {
        what: `mean of ${N}`,
        unit: 'ms',
        closedForm: `60 + 15 * ${shape.mean} = ${middle.toFixed(2)} ms`,
        bound: meanOf(N, middle, wide, 15 * reach),
      },
      {
        what: `standard deviation of ${N}`,
        unit: 'ms',
        closedForm: `15 * ${shape.deviation} = ${wide.toFixed(2)} ms`,
        bound: fiveErrors(wide, (wide / 2) * Math.sqrt((kurtosis - 1) / N)),
      },
    ],
    measure: async (lab) => {
      const ms = times(await steady(lab, 4, N / 4));
      return [mean(ms), deviation(ms)];
    },
  };
};

export const DELAY: readonly WordCase[] = [
  {
    word: 'delay',
    link: 'delay 20ms',
    tools: ['ping'],
    figures: [{ what: 'least round trip of 20', unit: 'ms', closedForm: '2 * 20 ms', bound: late(40) }],
    measure: async (lab) => [Math.min(...times(await spaced(lab, 20)))],
  },
  {
    word: 'delay with jitter',
    link: 'up: delay 20ms 5ms',
    tools: ['irtt'],
    figures: [
      {
        what: `least one-way delay of ${TRIPS}`,
        unit: 'ms',
        closedForm: 'uniform: 20 - 5 ms',
        bound: leastOf(TRIPS, uniform),
      },
      { what: `median of ${TRIPS}`, unit: 'ms', closedForm: 'uniform: 20 ms', bound: medianOf(TRIPS, uniform) },
    ],
    measure: async (lab) => {
      const trips = (await irtt(lab, 800)).slice(0, TRIPS);
      const ms = trips.flatMap((trip) => trip.ms ?? []);
      if (ms.length < TRIPS) throw new Error(`irtt sent ${ms.length} datagrams only`);
      return [Math.min(...ms), median(ms)];
    },
  },
  distributed('normal', { mean: -0.001, deviation: 1 }),
  distributed('pareto', { mean: -0.033, deviation: 0.82 }),
  distributed('paretonormal', { mean: -0.025, deviation: 0.834 }),
  distributed('experimental', { mean: -0.011, deviation: 0.879 }),
  {
    word: 'delay with correlation',
    link: 'up: delay 60ms 15ms 50%',
    tools: ['ping'],
    figures: [
      {
        what: `standard deviation of ${IN_A_ROW}`,
        unit: 'ms',
        closedForm: 'uniform: 15 / sqrt 3 = 8.66 ms',
        bound: fiveErrors(UNIFORM_DEVIATION, UNIFORM_DEVIATION * Math.sqrt(0.2 / IN_A_ROW)),
      },
      {
        what: 'correlation of each delay with the next',
        unit: '',
        closedForm: 'none: netem takes the remainder of the correlated number by twice the jitter',
        bound: fiveErrors(0, Math.sqrt(1 / IN_A_ROW)),
      },
    ],
    measure: async (lab) => {
      const answers = await steady(lab, 1, IN_A_ROW);
      const ms = times(answers.toSorted((a, b) => a.seq - b.seq));
      return [deviation(ms), correlation(ms)];
    },
  },
  {
    word: 'keep-order',
    link: 'up: delay 60ms 15ms keep-order',
    tools: ['ping'],
    figures: [{ what: 'of 1000 answers come before an earlier one', closedForm: 'none', exactly: '0' }],
    measure: async (lab) => {
      const order = seqs(await burst(lab, 1000));
      return [`${order.filter((seq, i) => i > 0 && seq < order[i - 1]).length}`];
    },
  },
];
