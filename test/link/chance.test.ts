import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CorrelatedDraws, chanceProcess, sumWraps, toU32 } from '../../src/link/chance.ts';
import { Taus113 } from '../../src/link/prng.ts';
import { realisedRate } from '../../src/link/realised-rate.ts';

const WIDE = 2 ** 32;

describe('toU32', () => {
  it('rounds halves to the even neighbour, as rint of tc', () => {
    // 0.3 and 0.7 of 2^32 - 1 are 1288490188.5 and 3006477106.5; 0.1 and 0.9 are 429496729.5 and 3865470565.5.
    expect([0, 0.3, 0.7, 1].map(toU32)).toEqual([0, 1_288_490_188, 3_006_477_106, 0xffffffff]);
    expect([0.1, 0.9].map(toU32)).toEqual([429_496_730, 3_865_470_566]);
  });

  it('lets sums of 100 % wrap only where both halves go up', () => {
    expect(sumWraps(0.3, 0.7)).toBe(false);
    expect(sumWraps(0.1, 0.9)).toBe(true);
    expect(sumWraps(1, 0)).toBe(false);
    expect(sumWraps(0.6, 0.5)).toBe(true);
  });
});

describe('CorrelatedDraws', () => {
  it('filters as the kernel does in 64 bits', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), fc.nat(), (correlation, seed) => {
        const draws = new CorrelatedDraws(correlation, new Taus113(seed), new Taus113(7));
        const prng = new Taus113(seed);
        const rho = BigInt(toU32(correlation)) + 1n;
        let last = BigInt(new Taus113(7).next());
        for (let i = 0; i < 20; i++) {
          last = (BigInt(prng.next()) * (2n ** 32n - rho) + last * rho) >> 32n;
          expect(draws.next()).toBe(Number(last));
        }
      }),
    );
  });

  it('is the generator itself without a correlation', () => {
    const draws = new CorrelatedDraws(0, new Taus113(42), new Taus113(7));
    expect([draws.next(), draws.next()]).toEqual([3053367555, 794645456]);
  });

  it('repeats itself for ever at 100 %', () => {
    const draws = new CorrelatedDraws(1, new Taus113(42), new Taus113(7));
    const first = new Taus113(7).next();
    expect([draws.next(), draws.next(), draws.next()]).toEqual([first, first, first]);
  });

  it.each([0.1, 0.25, 0.5])('has mean 1/2, variance (1 - rho) / 12 (1 + rho) and the correlation %d', (rho) => {
    const draws = new CorrelatedDraws(rho, new Taus113(5), new Taus113(6));
    const n = 1_000_000;
    const values = Float64Array.from({ length: n }, () => draws.next() / WIDE - 0.5);
    const mean = values.reduce((sum, x) => sum + x, 0) / n;
    const variance = values.reduce((sum, x) => sum + x * x, 0) / n;
    const lagged = values.reduce((sum, x, i) => sum + (i > 0 ? x * values[i - 1] : 0), 0) / (n - 1);
    const expected = (1 - rho) / (12 * (1 + rho));
    // The variance of a mean grows by (1 + rho) / (1 - rho); 4.9 sd leave one in a million.
    expect(Math.abs(mean)).toBeLessThan(4.9 * Math.sqrt((expected * (1 + rho)) / (1 - rho) / n));
    // Squares are at most 1/4, so their variance is below expected / 4, and they are correlated with rho^2: (1 + rho^2) / (1 - rho^2) is
    // 5/3 at most. A product with the one before is rho times a square, plus something independent that varies less than that.
    const squareSd = Math.sqrt((expected * 0.25 * (5 / 3)) / n);
    expect(Math.abs(variance - expected)).toBeLessThan(4.9 * squareSd);
    expect(Math.abs(lagged - rho * expected)).toBeLessThan(4.9 * 2 * squareSd);
  });
});

describe('chanceProcess', () => {
  it.each([
    // What is left of a probability, as measured over 4 million packets of netem's algorithm.
    [0.05, 0.25, 0.002],
    [0.1, 0.25, 0.0176],
    [0.2, 0.5, 0.029],
    [0.3, 0.25, 0.23],
    [0.3, 0.5, 0.13],
  ])('with correlation makes of %d, %d: %d', (p, correlation, measured) => {
    const exact = realisedRate(p, correlation);
    expect(Math.abs(exact - measured)).toBeLessThan(0.006);
    // Independent runs, so that the count is binomial; after 40 packets the start has lost its weight (rho^40 < 1e-12).
    const runs = 20_000;
    let happened = 0;
    for (let run = 0; run < runs; run++) {
      const chance = chanceProcess({ p, correlation }, new Taus113(1000 + run), new Taus113(1 + 13 * run));
      let last = false;
      for (let i = 0; i < 40; i++) last = chance?.happens() ?? false;
      if (last) happened++;
    }
    expect(Math.abs(happened - runs * exact)).toBeLessThan(4.9 * Math.sqrt(runs * exact * (1 - exact)) + 1);
  });

  it('is nothing at all when it never happens, and always happens at 100 %', () => {
    const draws = () => [new Taus113(1), new Taus113(2)] as const;
    expect(chanceProcess({ p: 0, correlation: 0.5 }, ...draws())).toBeUndefined();
    expect(chanceProcess({ p: 1e-11, correlation: 0 }, ...draws())).toBeUndefined();
    const always = chanceProcess({ p: 1, correlation: 0.9 }, ...draws());
    expect(Array.from({ length: 1000 }, () => always?.happens())).not.toContain(false);
  });
});
