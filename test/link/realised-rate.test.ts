import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Taus113 } from '../../src/link/prng.ts';
import { realisedRate } from '../../src/link/realised-rate.ts';

describe('realisedRate', () => {
  it.each([
    [0.01, 0.1],
    [0.05, 0.25],
    [0.1, 0.25],
    [0.2, 0.5],
    [0.3, 0.25],
    [0.5, 0.5],
    [0.9, 0.75],
  ])('is met by the filter: %d with correlation %d', (p, correlation) => {
    const packets = 400_000;
    const prng = new Taus113(1);
    let last = prng.next() / 2 ** 32;
    let met = 0;
    for (let i = 0; i < packets; i++) {
      last = (1 - correlation) * (prng.next() / 2 ** 32) + correlation * last;
      if (last <= p) met++;
    }
    const share = realisedRate(p, correlation);
    // The filter forgets by c at each step: the variance of a share grows by (1 + c) / (1 - c) at most. 4.9 sd: 1 in 10^6.
    const sd = Math.sqrt((share * (1 - share) * (1 + correlation)) / (1 - correlation) / packets);
    expect(Math.abs(met / packets - share)).toBeLessThan(4.9 * sd + 1e-6);
  });

  it('is the closed form where one draw decides', () => {
    // For c = 1/2 the density of (u + x) / 2 below 1/2 gives F(x) = 2 times the integral of F below 2x; at 1/2 it is 1/2.
    expect(realisedRate(0.5, 0.5)).toBeCloseTo(0.5, 9);
    // With c = 1/4 and x from 1/4 to 3/4 the whole of the older numbers fits: F(x) = (x - 1/8) / (3/4).
    expect(realisedRate(0.3, 0.25)).toBeCloseTo((0.3 - 0.125) / 0.75, 9);
  });

  it('is symmetric, rises, and gathers around one half', () => {
    const part = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(part, part, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (a, b, c) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(realisedRate(low, c)).toBeLessThanOrEqual(realisedRate(high, c) + 1e-9);
        expect(realisedRate(a, c) + realisedRate(1 - a, c)).toBeCloseTo(1, 5);
        if (low < 0.45) expect(realisedRate(low, c)).toBeLessThan(low);
      }),
      { numRuns: 50 },
    );
  });
});
