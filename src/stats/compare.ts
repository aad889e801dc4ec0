import { bootstrapRatio, ratioOf } from './bootstrap.ts';
import { median } from './quantile.ts';

type Verdict = 'higher' | 'lower' | 'same' | 'unclear';

export interface Comparison {
  /** median(a) / median(b); absent where it means nothing: infinite, or of negative values. */
  readonly ratio?: number;
  /**
   * 95 % bootstrap interval of the ratio; an end is absent where it is infinite, both with fewer than two values a
   * side.
   */
  readonly low?: number;
  readonly high?: number;
  readonly verdict: Verdict;
}

/** Differences within this ratio are of no consequence. */
const SAME = 1.02;
const SIGNIFICANCE = 0.05;

/**
 * Whether samples of these sizes can show any difference at all: whether even complete separation is less likely than
 * 5 % by chance, by a two-sided rank test (probability 2 / C(n + m, n)). True from 4 and 4, 3 and 5, or 2 and 8 on.
 */
export function enoughToCompare(n: number, m: number): boolean {
  let arrangements = 1;
  for (let i = 1; i <= Math.min(n, m); i++) arrangements *= (Math.max(n, m) + i) / i;
  return 2 / arrangements < SIGNIFICANCE;
}

/**
 * Is `a` higher or lower than `b`? 'same': the whole interval of the ratio lies within 2 % of 1, even where it leaves
 * 1 out. 'higher', 'lower': the whole interval lies on one side of 1. 'unclear': it does not, or there are too few
 * values ({@link enoughToCompare}), or some are negative. Zero medians are fine: 0 to 0 is a ratio of 1, and anything
 * else to 0 is higher without a ratio. Throws on an empty sample.
 */
export function compare(a: readonly number[], b: readonly number[], seed = 1): Comparison {
  const ratio = ratioOf(median(a), median(b));
  if (a.some((value) => value < 0) || b.some((value) => value < 0)) return { verdict: 'unclear' };
  const interval = bootstrapRatio(a, b, seed);
  return {
    ...(Number.isFinite(ratio) ? { ratio } : {}),
    ...(interval && Number.isFinite(interval.low) ? { low: interval.low } : {}),
    ...(interval && Number.isFinite(interval.high) ? { high: interval.high } : {}),
    verdict: interval && enoughToCompare(a.length, b.length) ? judge(interval.low, interval.high) : 'unclear',
  };
}

function judge(low: number, high: number): Verdict {
  if (low >= 1 / SAME && high <= SAME) return 'same';
  if (low > 1) return 'higher';
  if (high < 1) return 'lower';
  return 'unclear';
}
