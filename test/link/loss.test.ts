import { describe, expect, it } from 'vitest';
import { LossProcess } from '../../src/link/loss.ts';
import { Taus113 } from '../../src/link/prng.ts';
import type { LossModel } from '../../src/link/profile.ts';
import { parseProfile } from '../../src/link/profile.ts';

function fates(model: LossModel | undefined, seed: number, packets: number): boolean[] {
  const process = new LossProcess(model, new Taus113(seed));
  return Array.from({ length: packets }, () => process.lost());
}

const lossOf = (text: string) => parseProfile(text).up.loss;
const count = (lost: boolean[]) => lost.filter(Boolean).length;
const starts = (lost: boolean[]) => lost.filter((now, i) => now && !lost[i - 1]).length;

const N = 1_000_000;

describe('LossProcess', () => {
  it('loses the packets that netem loses with the same seed', () => {
    const lost = fates(lossOf('loss 10%'), 42, 100).flatMap((now, i) => (now ? [i] : []));
    expect(lost).toEqual([13, 27, 37, 38, 39, 43, 49, 53, 65, 76, 79, 87]);
  });

  it('loses nothing, without a draw, when there is no model', () => {
    const prng = new Taus113(42);
    const process = new LossProcess(undefined, prng);
    expect(process.lost()).toBe(false);
    expect(prng.next()).toBe(new Taus113(42).next());
  });

  it('loses everything at 100 %', () => {
    expect(count(fates(lossOf('loss 100%'), 7, 10_000))).toBe(10_000);
  });

  it('loses 1 % of packets at 1 %', () => {
    // Binomial: sd = sqrt(1e6 * 0.01 * 0.99) = 99.5; 4.9 sd leave one in a million.
    expect(Math.abs(count(fates(lossOf('loss 1%'), 3, N)) - 10_000)).toBeLessThan(4.9 * 99.5);
  });

  it('loses in bursts as Gilbert described', () => {
    // p = 1 %, r = 25 %: loss p / (p + r), bursts of 1 / r.
    const lost = fates(lossOf('loss gemodel 1% 25%'), 5, N);
    const share = 0.01 / 0.26;
    // Two-state chain with eigenvalue 1 - p - r = 0.74: the variance of a share grows by 1.74 / 0.26.
    const shareSd = Math.sqrt((share * (1 - share) * (1.74 / 0.26)) / N);
    expect(Math.abs(count(lost) / N - share)).toBeLessThan(4.9 * shareSd);
    // Geometric bursts: sd sqrt(1 - r) / r = 3.46 each, some 9,600 of them.
    expect(Math.abs(count(lost) / starts(lost) - 4)).toBeLessThan((4.9 * 3.46) / Math.sqrt(9000));
  });

  it('loses in both states as Elliott described', () => {
    // Loss = ((1-h) p + (1-k) r) / (p + r) = (0.5 * 0.1 + 0.02 * 0.3) / 0.4 = 0.14; variance below that of 0.14 *
    // (1.6 / 0.4).
    const sd = Math.sqrt((0.14 * 0.86 * 4) / N);
    expect(Math.abs(count(fates(lossOf('loss gemodel 10% 30% 50% 2%'), 9, N)) / N - 0.14)).toBeLessThan(4.9 * sd);
  });

  it('decides by the state before the transition, and starts in the good one', () => {
    // p = r = 100 %: good, bad, good, bad.
    expect(fates(lossOf('loss gemodel 100% 100%'), 1, 6)).toEqual([false, true, false, true, false, true]);
  });
});
