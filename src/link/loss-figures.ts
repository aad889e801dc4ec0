import { sumWraps } from './chance.ts';
import type { LossModel } from './profile.ts';
import { realisedRate } from './realised-rate.ts';

export interface LossFigures {
  /** Mean share of the packets that are lost. */
  readonly ratio: number;
  /** Mean number of packets lost in a row; absent when none ever is, and for correlated loss. */
  readonly meanRun?: number;
}

/** A Markov chain with one step per packet; `loss[s]` is how likely a packet is lost that finds it in state s. */
interface Chain {
  readonly step: readonly (readonly number[])[];
  readonly loss: readonly number[];
}

/** Of a loss model in the long run. */
export function lossFigures(model: LossModel): LossFigures {
  if (model.kind === 'random' && model.correlation > 0) return { ratio: realisedRate(model.p, model.correlation) };
  const { step, loss } = chainOf(model);
  const share = longRun(step);
  const ratio = sum(share, (s) => share[s] * loss[s]);
  // A run of losses starts where one packet got through and the next did not.
  const starts = sum(share, (s) => share[s] * (1 - loss[s]) * sum(loss, (next) => step[s][next] * loss[next]));
  return ratio === 0 ? { ratio } : { ratio, meanRun: ratio / starts };
}

const sum = (states: readonly number[], term: (state: number) => number): number =>
  states.reduce((total, _, state) => total + term(state), 0);

function chainOf(model: LossModel): Chain {
  if (model.kind === 'random') return { step: [[1]], loss: [model.p] };
  if (model.kind === 'gemodel') {
    const { p, r, h1, k1 } = model;
    return {
      step: [
        [1 - p, p],
        [r, 1 - r],
      ],
      loss: [k1, h1],
    };
  }
  const { p13, p31, p32, p23, p14 } = model;
  const toThree = afterFirst(p14, p13);
  const toOne = afterFirst(p32, p31);
  return {
    step: [
      [1 - p14 - toThree, 0, toThree, p14],
      [0, 1 - p23, p23, 0],
      [toOne, p32, 1 - p32 - toOne, 0],
      [1, 0, 0, 0],
    ],
    loss: [0, 0, 1, 1],
  };
}

/** As in sch_netem: the first of two moves takes its share first; where their sum wraps, nothing is left to the second. */
const afterFirst = (first: number, second: number): number =>
  sumWraps(first, second) ? 0 : Math.min(second, 1 - first);

/** Share of the steps that the chain spends in each state, begun in the first. */
function longRun(step: Chain['step']): number[] {
  // Half of the steps stand still: that changes no share, but a periodic chain settles too.
  let power = step.map((row, i) => row.map((p, j) => (p + (i === j ? 1 : 0)) / 2));
  // 2^60 steps: enough for probabilities down to 2^-32. Rows are kept at a sum of 1 against rounding.
  for (let doubling = 0; doubling < 60; doubling++) power = power.map((row) => unit(row, power));
  return power[0];
}

/** `row` times `matrix`, scaled to a sum of 1. */
function unit(row: readonly number[], matrix: readonly (readonly number[])[]): number[] {
  const product = row.map((_, j) => sum(row, (k) => row[k] * matrix[k][j]));
  const total = product.reduce((a, b) => a + b, 0);
  return product.map((value) => value / total);
}
