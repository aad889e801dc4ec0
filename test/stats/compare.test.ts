import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, enoughToCompare } from '../../src/stats/compare.ts';

describe('enoughToCompare', () => {
  it.each([
    [1, 100, true],
    [1, 38, false],
    [2, 7, false],
    [2, 8, true],
    [3, 4, false],
    [3, 5, true],
    [3, 3, false],
    [4, 4, true],
    [0, 9, false],
  ])('%d and %d: %s', (n, m, enough) => {
    expect(enoughToCompare(n, m)).toBe(enough);
    expect(enoughToCompare(m, n)).toBe(enough);
  });
});

describe('compare', () => {
  it.each([
    ['higher', [30, 31, 32, 31, 30], [10, 10, 10, 10, 10], { ratio: 3.1, low: 3, high: 3.2 }],
    ['lower', [5, 5, 5, 5], [10, 10, 10, 10], { ratio: 0.5, low: 0.5, high: 0.5 }],
    ['same', [100, 100, 100, 100], [101, 101, 101, 101], { ratio: 100 / 101, low: 100 / 101, high: 100 / 101 }],
    ['same', [7, 7, 7, 7], [7, 7, 7, 7], { ratio: 1, low: 1, high: 1 }],
    ['unclear', [10, 10, 20, 20, 20], [10, 10, 10, 10, 10], { ratio: 2, low: 1, high: 2 }],
    ['unclear', [8, 12, 10, 11, 9], [10, 10, 10, 10, 10], { ratio: 1, low: 0.8, high: 1.2 }],
  ] as const)('%s: %j against %j', (verdict, a, b, expected) => {
    expect(compare(a, b)).toEqual({ ...expected, verdict });
  });

  it('gives no verdict on too few values, however far apart', () => {
    expect(compare([30, 30, 30], [10, 10, 10])).toEqual({ ratio: 3, low: 3, high: 3, verdict: 'unclear' });
    expect(compare([30], [10])).toEqual({ ratio: 3, verdict: 'unclear' });
  });

  it('stands zero medians', () => {
    expect(compare([0, 0, 0, 0], [0, 0, 0, 0])).toEqual({ ratio: 1, low: 1, high: 1, verdict: 'same' });
    expect(compare([4, 4, 4, 4], [0, 0, 0, 0])).toEqual({ verdict: 'higher' });
    expect(compare([0, 0, 0, 0], [4, 4, 4, 4])).toEqual({ ratio: 0, low: 0, high: 0, verdict: 'lower' });
  });

  it('takes no ratio of negative values', () => {
    expect(compare([-1, 2, 3, 4], [1, 2, 3, 4])).toEqual({ verdict: 'unclear' });
  });

  it('refuses empty samples', () => {
    expect(() => compare([], [1, 2])).toThrow('empty sample');
  });

  it('does not mind the unit', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const inEighths = (values: number[]) => values.map((value) => value / 8);
        expect(compare(inEighths(a), inEighths(b))).toEqual(compare(a, b));
      }),
      { numRuns: 100 },
    );
  });

  it('calls equal populations different about as rarely as it says', () => {
    // 400 pairs of 10 values from one skewed population; a 95 % interval misses in 20, percentile intervals of medians
    // in rather fewer: 20 with a binomial sd of sqrt(400 * 0.05 * 0.95) = 4.4; 4.9 sd above are 41.4.
    let state = 1;
    const next = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return 10 - 3 * Math.log((state + 1) / 2 ** 32);
    };
    const wrong = Array.from({ length: 400 }, (_, seed) => {
      const [a, b] = [Array.from({ length: 10 }, next), Array.from({ length: 10 }, next)];
      return compare(a, b, seed).verdict;
    }).filter((verdict) => verdict === 'higher' || verdict === 'lower');
    expect(wrong.length).toBeLessThan(42);
  });
});
