import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapMedian, bootstrapRatio, ratioOf } from '../../src/stats/bootstrap.ts';
import { median } from '../../src/stats/quantile.ts';

describe('bootstrapMedian', () => {
  it('has nothing to say about fewer than two values', () => {
    expect([bootstrapMedian([], 1), bootstrapMedian([5], 1)]).toEqual([undefined, undefined]);
  });

  it.each([
    [[5, 5, 5], { low: 5, high: 5 }],
    [[0, 0], { low: 0, high: 0 }],
    // A median of 1 has probability 7/27, far above the tail of 2.5 %.
    [[3, 1, 2], { low: 1, high: 3 }],
    // Three or more of five draws are the least one with probability 5.8 %.
    [[5, 4, 3, 2, 1], { low: 1, high: 5 }],
    // Of seven: 1.0 % for the least (six Monte-Carlo sd below the tail), 10.8 % for the second.
    [[1, 2, 3, 4, 5, 6, 7], { low: 2, high: 6 }],
    // An even number: 6 has 0.9 %, 5.5 (three sixes and a five next to them) 2.6 % more, which reaches into the tail.
    [[1, 2, 3, 4, 5, 6], { low: 1.5, high: 5.5 }],
    // Two values: 1/4 each end.
    [[10, 20], { low: 10, high: 20 }],
  ])('of %j is %j', (values, expected) => {
    expect(bootstrapMedian(values, 1)).toEqual(expected);
    expect(bootstrapMedian(values, 2)).toEqual(expected);
  });

  it('is repeatable by its seed', () => {
    const values = Array.from({ length: 30 }, (_, i) => Math.sin(i) * 100);
    expect(bootstrapMedian(values, 3)).toEqual(bootstrapMedian(values, 3));
  });

  it('holds the median and lies within the sample', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 2, maxLength: 12 }), fc.nat(), (values, seed) => {
        const interval = bootstrapMedian(values, seed);
        expect(interval?.low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(interval?.low).toBeLessThanOrEqual(median(values));
        expect(interval?.high).toBeGreaterThanOrEqual(median(values));
        expect(interval?.high).toBeLessThanOrEqual(Math.max(...values));
      }),
      { numRuns: 200 },
    );
  });
});

describe('bootstrapRatio', () => {
  it('has nothing to say when either side has fewer than two values', () => {
    expect([bootstrapRatio([1], [1, 2], 1), bootstrapRatio([1, 2], [1], 1)]).toEqual([undefined, undefined]);
  });

  it('is exact where the samples are constant', () => {
    expect(bootstrapRatio([6, 6, 6], [2, 2], 1)).toEqual({ low: 3, high: 3 });
  });

  it('reaches from the least to the greatest ratio in small samples', () => {
    // Each end has probability (7/27)^2 = 6.7 %, above the tail.
    expect(bootstrapRatio([10, 20, 30], [1, 2, 5], 1)).toEqual({ low: 2, high: 30 });
  });

  it('is infinite where the denominator may be zero, and 1 between zeros', () => {
    expect(bootstrapRatio([4, 4], [0, 2], 1)).toEqual({ low: 2, high: Infinity });
    expect(bootstrapRatio([0, 0], [0, 0], 1)).toEqual({ low: 1, high: 1 });
    expect([ratioOf(0, 0), ratioOf(0, 5), ratioOf(5, 0), ratioOf(6, 3)]).toEqual([1, 0, Infinity, 2]);
  });
});
