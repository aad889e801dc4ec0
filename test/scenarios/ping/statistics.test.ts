import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Samples } from '../../../src/scenarios/ping/samples.ts';
import { loopStatistics } from '../../../src/scenarios/ping/statistics.ts';
import { quantile, sorted } from '../../../src/stats/quantile.ts';

describe("tinybench's statistics", () => {
  it('are those of the durations that it was given', () => {
    const times = fc.array(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(times, (milliseconds) => {
        const found = loopStatistics(Float64Array.from(milliseconds));
        const order = sorted(milliseconds);
        const mean = milliseconds.reduce((sum, ms) => sum + ms, 0) / milliseconds.length;
        expect(found?.period).toBeCloseTo(mean, 6);
        expect(found?.min).toBe(order[0]);
        expect(found?.max).toBe(order.at(-1));
        for (const [name, q] of [
          ['p50', 0.5],
          ['p95', 0.95],
          ['p99', 0.99],
          ['p999', 0.999],
        ] as const) {
          expect(found?.[name], name).toBeCloseTo(quantile(order, q), 9);
        }
      }),
    );
  });

  it('of nothing are none', () => {
    expect(loopStatistics(new Float64Array())).toBeUndefined();
  });
});

describe('samples', () => {
  it('are all kept while there are few, then spread evenly over all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), (n) => {
        const samples = new Samples(64);
        for (let i = 0; i < n; i++) samples.add(i);
        const kept = [...samples.values];
        const every = kept.length > 1 ? kept[1] - kept[0] : 1;
        expect(kept.length).toBeLessThanOrEqual(64);
        expect(kept.length).toBeGreaterThanOrEqual(Math.min(n, 32));
        expect(Math.log2(every) % 1).toBe(0);
        // The first one, and from there on in equal steps up to the last that was due.
        expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => kept[0] + i * every));
        if (n > 0) expect(n - 1 - (kept.at(-1) ?? 0)).toBeLessThan(2 * every);
      }),
    );
  });
});
