/** Where a measured figure has to lie, and why there. In the figure's unit. */
export interface Bound {
  readonly least: number;
  readonly most: number;
  readonly why: string;
}

/** Two tails that weigh one in a million together. */
const TAILS = Math.log(2e6);
/** How late a machine may be, ms; nothing comes too early. */
const LATE_MS = 2;

/** Of `t` in Bernstein's inequality for the sum of n independent values, none of them further than `reach` from their mean. */
const bernstein = (n: number, variance: number, reach: number): number =>
  (reach * TAILS) / 3 + Math.sqrt(((reach * TAILS) / 3) ** 2 + 2 * n * variance * TAILS);

/** How many of n happen, each with probability p and by itself. */
export function countOf(n: number, p: number): Bound {
  const t = bernstein(n, p * (1 - p), 1);
  return { least: Math.max(0, Math.ceil(n * p - t)), most: Math.min(n, Math.floor(n * p + t)), why: 'Bernstein' };
}

/** The median of n independent values, where `quantile` is the inverse of their distribution; ms. */
export function medianOf(n: number, quantile: (q: number) => number): Bound {
  const t = bernstein(n, 1 / 4, 1) / n;
  return { least: quantile(1 / 2 - t), most: quantile(1 / 2 + t) + LATE_MS, why: 'Bernstein, late' };
}

/** The least of n independent values: one in a million that all are beyond; ms. */
export const leastOf = (n: number, quantile: (q: number) => number): Bound => ({
  least: quantile(0),
  most: quantile(1 - 1e-6 ** (1 / n)) + LATE_MS,
  why: '(1 - F)^n, late',
});

/** The mean of n independent values; ms. */
export function meanOf(n: number, mean: number, deviation: number, reach: number): Bound {
  const t = bernstein(n, deviation ** 2, reach) / n;
  return { least: mean - t, most: mean + t + LATE_MS, why: 'Bernstein, late' };
}

/** Where a central limit has to do: about one in 1.7 million is beyond. */
export const fiveErrors = (value: number, error: number): Bound => ({
  least: value - 5 * error,
  most: value + 5 * error,
  why: '5 standard errors',
});

/** Where nothing is random; ms. */
export const late = (value: number): Bound => ({ least: value, most: value + LATE_MS, why: 'late' });

/** What may be late at its beginning, too; ms. */
export const lateAtBothEnds = (value: number): Bound => ({
  least: value - LATE_MS,
  most: value + LATE_MS,
  why: 'late at both ends',
});

export const between = (least: number, most: number, why: string): Bound => ({ least, most, why });
