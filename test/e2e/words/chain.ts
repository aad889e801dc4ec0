/** A Markov chain with one step per packet, and what it gives in each state. */
export interface Chain {
  readonly step: readonly (readonly number[])[];
  /** Probabilities: 0 or 1 where the state decides. */
  readonly value: readonly number[];
}

const NEGLIGIBLE = 1e-12;
const CELLS = 200;

/**
 * Mean of what the chain gives in n steps in the long run, and its standard error: the variance of one step and twice the
 * covariances with all that follow.
 */
export function chainMean({ step, value }: Chain, n: number): { mean: number; error: number } {
  const states = value.map((_, state) => state);
  const sum = (term: (state: number) => number): number => states.reduce((total, state) => total + term(state), 0);
  let share = states.map(() => 1 / states.length);
  for (let change = 1; change > NEGLIGIBLE; ) {
    const before = share;
    share = states.map((to) => sum((from) => before[from] * step[from][to]));
    change = sum((state) => Math.abs(share[state] - before[state]));
  }
  const mean = sum((state) => share[state] * value[state]);
  let variance = mean * (1 - mean);
  let ahead = value.map((each) => each - mean);
  for (let covariance = 1; Math.abs(covariance) > NEGLIGIBLE; variance += 2 * covariance) {
    const next = ahead;
    ahead = states.map((from) => sum((to) => step[from][to] * next[to]));
    covariance = sum((state) => share[state] * (value[state] - mean) * ahead[state]);
  }
  return { mean, error: Math.sqrt(variance / n) };
}

/** Gilbert and Elliott's, lossy with `h1` in the bad and `k1` in the good state. */
export const gilbertElliott = (p: number, r: number, h1: number, k1: number): Chain => ({
  step: [
    [1 - p, p],
    [r, 1 - r],
  ],
  value: [k1, h1],
});

/** The four states of `loss state`, in the order of its arguments. */
export const fourStates = (p13: number, p31: number, p32: number, p23: number, p14: number): Chain => ({
  step: [
    [1 - p14 - p13, 0, p13, p14],
    [0, 1 - p23, p23, 0],
    [p31, p32, 1 - p32 - p31, 0],
    [1, 0, 0, 0],
  ],
  value: [0, 0, 1, 1],
});

/** Whether x' = (1 - c) u + c x, u uniform, is below p: x in so many cells, each taken at its middle. */
export function filtered(p: number, c: number): Chain {
  const cells = Array.from({ length: CELLS }, (_, i) => i / CELLS);
  const below = (end: number, x: number): number => Math.min(1, Math.max(0, (end - c * x) / (1 - c)));
  return {
    step: cells.map((from) => {
      const x = from + 0.5 / CELLS;
      return cells.map((to) => below(to + 1 / CELLS, x) - below(to, x));
    }),
    value: cells.map((cell) => (cell < p ? 1 : 0)),
  };
}
