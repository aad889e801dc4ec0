import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, quantile, sorted } from '../../src/stats/quantile.ts';

describe('quantile', () => {
  it.each([
    [[7], 0.3, 7],
    [[1, 2, 3, 4], 0, 1],
    [[1, 2, 3, 4], 0.25, 1.75],
    [[1, 2, 3, 4], 0.5, 2.5],
    [[1, 2, 3, 4], 1, 4],
    [[10, 20, 30], 0.95, 29],
    [[0, 0, 0], 0.5, 0],
    [[1, Infinity, Infinity], 0.9, Infinity],
  ])('of %j at %d is %d (type 7)', (values, q, expected) => {
    expect(quantile(sorted(values), q)).toBeCloseTo(expected, 12);
  });

  it('refuses empty samples and shares outside 0 to 1', () => {
    expect(() => quantile(sorted([]), 0.5)).toThrow('empty sample');
    expect(() => quantile(sorted([1]), 1.1)).toThrow('1.1 is not within');
    expect(() => quantile(sorted([1]), Number.NaN)).toThrow('NaN is not within');
  });
});

describe('sorted', () => {
  it('sorts by value, into a copy', () => {
    const values = [10, 9, 100, -1];
    expect(sorted(values)).toEqual([-1, 9, 10, 100]);
    expect(values).toEqual([10, 9, 100, -1]);
  });

  it('refuses NaN', () => {
    expect(() => sorted([1, Number.NaN])).toThrow('NaN');
  });
});

describe('median', () => {
  it('needs no order', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([5])]).toEqual([2, 2.5, 5]);
  });

  it('has as many values below as above', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values);
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});
