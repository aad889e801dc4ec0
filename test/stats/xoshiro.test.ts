import { describe, expect, it } from 'vitest';
import { seeded, xoshiro128 } from '../../src/stats/xoshiro.ts';

describe('xoshiro128', () => {
  it("draws what its authors' C code draws", () => {
    const random = xoshiro128(1, 2, 3, 4);
    expect(Array.from({ length: 8 }, () => random() * 2 ** 32)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849,
    ]);
  });
});

describe('seeded', () => {
  const draws = (seed: number) => Array.from({ length: 4 }, seeded(seed));

  it('repeats by seed and differs between seeds, in all 53 bits', () => {
    expect(draws(5)).toEqual(draws(5));
    const firsts = [0, 1, 2, 2 ** 32, 2 ** 33, 2 ** 53 - 1].map((seed) => draws(seed)[0]);
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('fills ten equal bins evenly', () => {
    const bins = new Array<number>(10).fill(0);
    const random = seeded(1);
    for (let i = 0; i < 100_000; i++) bins[Math.floor(random() * 10)]++;
    // Binomial: sd = sqrt(1e5 * 0.1 * 0.9) = 94.9; 5.4 sd leave ten bins one in a million.
    for (const bin of bins) expect(Math.abs(bin - 10_000)).toBeLessThan(5.4 * 94.9);
  });
});
