import { type Sorted, sorted } from './quantile.ts';
import { seeded } from './xoshiro.ts';

/** An interval of 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The tails' Monte-Carlo error at 4,000 resamples is 0.25 percentage points: far less than what small samples leave
 * open.
 */
const RESAMPLES = 4000;
const TAIL = 0.025;

/** A function that draws one resample with replacement per call and returns its median, without sorting. */
function resampler(values: Sorted, random: () => number): () => number {
  const n = values.length;
  const drawn = new Uint32Array(n);
  return () => {
    drawn.fill(0);
    for (let i = 0; i < n; i++) drawn[Math.floor(random() * n)]++;
    let index = -1;
    let below = 0;
    const nth = (rank: number) => {
      while (below < rank) below += drawn[++index];
      return values[index];
    };
    const lower = nth(Math.ceil(n / 2));
    const upper = nth(Math.floor(n / 2) + 1);
    return lower === upper ? lower : (lower + upper) / 2;
  };
}

/**
 * The order statistics of the resampled values that leave a tail on each side, not interpolated: they may be
 * infinite.
 */
function percentiles(draw: () => number): Interval {
  const values = Float64Array.from({ length: RESAMPLES }, draw).sort();
  return { low: values[Math.floor(TAIL * RESAMPLES)], high: values[Math.ceil((1 - TAIL) * RESAMPLES) - 1] };
}

/**
 * Percentile bootstrap interval of the median (Efron and Tibshirani 1993, ch. 13), in any unit, repeatable by its
 * seed. Undefined for fewer than two values. It lies within the sample, so with few values it promises less than 95
 * %: even the whole range of n values holds the true median only with probability 1 - 2^(1-n): 75 % for 3, 94 % for
 * 5, 97 % for 6.
 */
export function bootstrapMedian(values: readonly number[], seed: number): Interval | undefined {
  if (values.length < 2) return undefined;
  return percentiles(resampler(sorted(values), seeded(seed)));
}

/** What `a` is to `b`; two zeros are equal. */
export function ratioOf(a: number, b: number): number {
  return a === b ? 1 : a / b;
}

/**
 * The same for median(a) / median(b), the samples being independent of each other. Values must not be negative; an
 * end is infinite where the denominator may be zero. Undefined when either sample has fewer than two values.
 */
export function bootstrapRatio(a: readonly number[], b: readonly number[], seed: number): Interval | undefined {
  if (a.length < 2 || b.length < 2) return undefined;
  const random = seeded(seed);
  const medianOfA = resampler(sorted(a), random);
  const medianOfB = resampler(sorted(b), random);
  return percentiles(() => ratioOf(medianOfA(), medianOfB()));
}
