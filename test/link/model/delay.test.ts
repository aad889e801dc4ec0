import { describe, expect, it } from 'vitest';
import { DelayProcess } from '../../../src/link/model/delay.ts';
import { distributionTable } from '../../../src/link/model/tables.ts';
import { Taus113 } from '../../../src/link/prng.ts';
import type { Delay } from '../../../src/link/profile.ts';

const process = (delay: Delay, seed = 1) => new DelayProcess(delay, new Taus113(seed), new Taus113(seed + 1));

const draws = (delay: Delay, count: number) => {
  const delays = process(delay);
  return Array.from({ length: count }, () => delays.next());
};

describe('DelayProcess', () => {
  it('is constant, without a draw, when there is no jitter', () => {
    expect(draws({ ns: 5, jitterNs: 0, correlation: 0.5 }, 3)).toEqual([5, 5, 5]);
    expect(process({ ns: 5, jitterNs: 0, correlation: 0 })).toMatchObject({ leastNs: 5, mostNs: 5 });
  });

  it('spreads jitter evenly over both sides', () => {
    const n = 100_000;
    const values = draws({ ns: 10e6, jitterNs: 1e6, correlation: 0 }, n);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(9e6);
    expect(Math.max(...values)).toBeLessThan(11e6);
    for (let quarter = 0; quarter < 4; quarter++) {
      const from = 9e6 + quarter * 0.5e6;
      const share = values.filter((value) => value >= from && value < from + 0.5e6).length;
      // Binomial; 4.9 sd leave one in a million.
      expect(Math.abs(share - n / 4)).toBeLessThan(4.9 * Math.sqrt((n * 3) / 16));
    }
  });

  it('takes the table entry of the draw, scaled and rounded as the kernel does', () => {
    // The first draw of seed 42 is 3053367555, entry 3331 of 4096; of a jitter of 20,000 ns: (20000 - 2 * 8192) / 8192 of it, rounded,
    // plus twice the entry.
    const entry = distributionTable({ name: 'normal' })[3053367555 % 4096];
    const delays = process({ ns: 1e6, jitterNs: 20_000, correlation: 0, distribution: { name: 'normal' } }, 42);
    expect(delays.next()).toBe(1e6 + Math.trunc((3616 * entry + 4096 * Math.sign(entry)) / 8192) + 2 * entry);
    // That is the jitter times the entry / 8192, to the ns.
    expect(
      Math.abs(delays.next() - 1e6 - (20_000 / 8192) * distributionTable({ name: 'normal' })[794645456 % 4096]),
    ).toBeLessThan(1);
  });

  it.each(['normal', 'pareto', 'paretonormal', 'experimental'])('has the moments of its table: %s', (name) => {
    const table = Array.from(distributionTable({ name }), (value) => value / 8192);
    const mean = table.reduce((sum, x) => sum + x, 0) / table.length;
    const moment = (power: number) => table.reduce((sum, x) => sum + (x - mean) ** power, 0) / table.length;
    const n = 100_000;
    const values = draws({ ns: 0, jitterNs: 1e6, correlation: 0, distribution: { name } }, n).map((ns) => ns / 1e6);
    const found = values.reduce((sum, x) => sum + x, 0) / n;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    // 1e-6 is a ns of rounding.
    expect(Math.abs(found - mean)).toBeLessThan(4.9 * Math.sqrt(moment(2) / n) + 1e-6);
    expect(Math.abs(variance - moment(2))).toBeLessThan(4.9 * Math.sqrt((moment(4) - moment(2) ** 2) / n) + 1e-5);
  });

  it('knows how far it goes', () => {
    const delay = { ns: 100, jitterNs: 50, correlation: 0 };
    expect(process(delay)).toMatchObject({ leastNs: 50, mostNs: 149 });
    const own = { ...delay, distribution: { name: 'own', values: [-16384, 0, 24576] } };
    expect(process(own)).toMatchObject({ leastNs: 0, mostNs: 250 });
    const values = draws(own, 1000);
    expect([Math.min(...values), Math.max(...values)]).toEqual([0, 250]);
  });

  it('hardly feels a correlation, of which only the low bits of a draw are left', () => {
    const n = 100_000;
    const values = draws({ ns: 0, jitterNs: 1e6, correlation: 0.5 }, n).map((ns) => ns / 1e6);
    const variance = values.reduce((sum, x) => sum + x * x, 0) / n;
    const lagged = values.reduce((sum, x, i) => sum + (i > 0 ? x * values[i - 1] : 0), 0) / n;
    // Uniform and independent: squares have variance 1/5 - 1/9, products 1/9.
    expect(Math.abs(variance - 1 / 3)).toBeLessThan(4.9 * Math.sqrt((1 / 5 - 1 / 9) / n));
    expect(Math.abs(lagged)).toBeLessThan(4.9 * Math.sqrt(1 / 9 / n));
  });
});
