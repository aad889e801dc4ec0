import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DelayHistogram } from '../../src/metrics/histogram.ts';

const record = (values: readonly number[]) => {
  const histogram = new DelayHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
};

describe('DelayHistogram', () => {
  it('has no quantiles while empty', () => {
    const empty = record([]);
    expect([empty.count, empty.quantile(0.5), empty.curve()]).toEqual([0, undefined, undefined]);
  });

  it('gives a single delay back exactly, at every quantile', () => {
    const one = record([123_456.75]);
    expect([0, 0.5, 0.999, 1].map((q) => one.quantile(q))).toEqual(Array.from({ length: 4 }, () => 123_456.75));
  });

  it('keeps count, sum and extremes exact', () => {
    expect(record([5e6, 1, 3600e9, 20e6 + 1])).toMatchObject({
      count: 4,
      sum: 3_600_025_000_002,
      min: 1,
      max: 3600e9,
      negative: 0,
    });
  });

  it('counts negative delays apart', () => {
    expect(record([-1, 10, -0.5])).toMatchObject({ count: 1, sum: 10, min: 10, max: 10, negative: 2 });
  });

  it('takes zero, minus zero and what is shorter than a nanosecond or longer than its range', () => {
    const odd = record([0, -0, 0.25, 1e15, 2e15]);
    expect(odd).toMatchObject({ count: 5, min: 0, max: 2e15, negative: 0 });
    expect(odd.quantile(0.4)).toBeLessThan(1.01);
    expect(odd.quantile(0.5)).toBeLessThan(1.01);
    expect(odd.quantile(1)).toBe(2e15);
  });

  it('is right to 0.1 % at every quantile', () => {
    const delay = fc.oneof(fc.double({ min: 1, max: 3600e9, noNaN: true }), fc.integer({ min: 1, max: 2000 }));
    fc.assert(
      fc.property(
        fc.array(delay, { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 0, max: 1000 }),
        (delays, permille) => {
          const ascending = delays.toSorted((a, b) => a - b);
          const exact = ascending[Math.max(0, Math.ceil((permille * delays.length) / 1000) - 1)];
          const told = record(delays).quantile(permille / 1000) ?? Number.NaN;
          expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact / 1000);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('tells the usual percentiles together, in the unit that is asked for', () => {
    const delays = record(Array.from({ length: 2000 }, (_, i) => (i + 1) * 1e3));
    const at = (q: number): number => (delays.quantile(q) ?? Number.NaN) / 1e6;
    const expected = { min: at(0), p50: at(0.5), p95: at(0.95), p99: at(0.99), p999: at(0.999), max: at(1) };
    expect(delays.percentiles(1e6)).toEqual(expected);
    expect(expected).toMatchObject({ min: 0.001, max: 2 });
    expect(record([]).percentiles(1e6)).toBeUndefined();
  });

  it('takes the rank that the quantile names, rounding errors aside', () => {
    // 0.07 * 100 is 7.000000000000001 in doubles; the rank is 7.
    const hundred = record(Array.from({ length: 100 }, (_, i) => (i + 1) * 1e6));
    expect(hundred.quantile(0.07)).toBeCloseTo(7e6, -4);
  });

  it('draws a curve that rises from minimum to maximum and resolves the tail', () => {
    const curve = record(Array.from({ length: 100_000 }, (_, i) => (i + 1) * 1000)).curve();
    if (!curve) throw new Error('no curve');
    expect(curve.quantiles).toHaveLength(curve.seconds.length);
    expect(curve.quantiles.length).toBeLessThanOrEqual(100);
    expect(curve.quantiles).toEqual(expect.arrayContaining([0, 0.5, 0.9, 0.99, 0.999, 0.9999, 1]));
    expect(curve.quantiles).toEqual(curve.quantiles.toSorted((a, b) => a - b));
    expect(new Set(curve.quantiles).size).toBe(curve.quantiles.length);
    expect(curve.seconds).toEqual(curve.seconds.toSorted((a, b) => a - b));
    expect([curve.seconds[0], curve.seconds.at(-1)]).toEqual([1e-6, 0.1]);
    curve.quantiles.forEach((q, i) => {
      expect(Math.abs(curve.seconds[i] - Math.max(q * 0.1, 1e-6))).toBeLessThanOrEqual(0.1 * 0.001 * q + 1e-12);
    });
  });
});
