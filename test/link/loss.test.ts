import { describe, expect, it } from 'vitest';
import { lossProcess } from '../../src/link/loss.ts';
import { Taus113 } from '../../src/link/prng.ts';
import type { LossModel } from '../../src/link/profile.ts';
import { random } from './rig.ts';

const N = 1_000_000;

function fates(model: LossModel, seed: number, packets = N): boolean[] {
  const process = lossProcess(model, new Taus113(seed), new Taus113(0));
  return Array.from({ length: packets }, () => process?.happens() ?? false);
}

const gemodel = (p: number, r: number, h1 = 1, k1 = 0): LossModel => ({ kind: 'gemodel', p, r, h1, k1 });
const state = (p13: number, p31: number, p32: number, p23: number, p14: number): LossModel => ({
  kind: 'state',
  p13,
  p31,
  p32,
  p23,
  p14,
});

const count = (lost: boolean[]) => lost.filter(Boolean).length;
const starts = (lost: boolean[]) => lost.filter((now, i) => now && !lost[i - 1]).length;

/** The deviation of a share of `n` steps of a chain of which the slowest part dies out as `eigenvalue` to the power of the distance. */
const shareSd = (share: number, eigenvalue: number, n = N) =>
  Math.sqrt((share * (1 - share) * ((1 + eigenvalue) / (1 - eigenvalue))) / n);

describe('lossProcess', () => {
  it('loses the packets that netem loses with the same seed', () => {
    const lost = fates(random(0.1), 42, 100).flatMap((now, i) => (now ? [i] : []));
    expect(lost).toEqual([13, 27, 37, 38, 39, 43, 49, 53, 65, 76, 79, 87]);
  });

  it('is nothing without a model', () => {
    expect(lossProcess(undefined, new Taus113(42), new Taus113(0))).toBeUndefined();
  });

  it('loses everything at 100 %', () => {
    expect(count(fates(random(1), 7, 10_000))).toBe(10_000);
  });

  it('loses 1 % of packets at 1 %', () => {
    // Binomial; 4.9 sd leave one in a million, here as below.
    expect(Math.abs(count(fates(random(0.01), 3)) - 10_000)).toBeLessThan(4.9 * Math.sqrt(N * 0.01 * 0.99));
  });
});

describe('loss gemodel', () => {
  it('loses in bursts as Gilbert described', () => {
    // p = 1 %, r = 25 %: loss p / (p + r), bursts of 1 / r; the chain's eigenvalue is 1 - p - r.
    const lost = fates(gemodel(0.01, 0.25), 5);
    const share = 0.01 / 0.26;
    expect(Math.abs(count(lost) / N - share)).toBeLessThan(4.9 * shareSd(share, 0.74));
    // Geometric bursts: sd sqrt(1 - r) / r = 3.46 each, some 9,600 of them.
    expect(Math.abs(count(lost) / starts(lost) - 4)).toBeLessThan((4.9 * 3.46) / Math.sqrt(9000));
  });

  it('loses in both states as Elliott described', () => {
    // Loss = ((1-h) p + (1-k) r) / (p + r) = (0.5 * 0.1 + 0.02 * 0.3) / 0.4 = 0.14.
    const lost = fates(gemodel(0.1, 0.3, 0.5, 0.02), 9);
    expect(Math.abs(count(lost) / N - 0.14)).toBeLessThan(4.9 * shareSd(0.14, 0.6));
  });

  it('decides by the state before the transition, and starts in the good one', () => {
    // p = r = 100 %: good, bad, good, bad.
    expect(fates(gemodel(1, 1), 1, 6)).toEqual([false, true, false, true, false, true]);
  });
});

describe('loss state', () => {
  it('is independent loss with the defaults of tc', () => {
    // p31 = 1 - p13, so that the next packet's fate is the same from both states: a loss rate of p13, and no memory.
    const lost = fates(state(0.05, 0.95, 0, 1, 0), 11);
    expect(Math.abs(count(lost) / N - 0.05)).toBeLessThan(4.9 * Math.sqrt((0.05 * 0.95) / N));
    const pairs = lost.filter((now, i) => now && lost[i - 1]).length;
    expect(Math.abs(pairs / N - 0.0025)).toBeLessThan(4.9 * Math.sqrt(0.0025 / N));
  });

  it('loses the share that its equilibrium says', () => {
    const [p13, p31, p32, p23, p14] = [0.02, 0.3, 0.4, 0.5, 0.01];
    const good = 1 / (1 + p14 + (p13 / p31) * (1 + p32 / p23));
    const share = good * (p14 + p13 / p31);
    // The eigenvalues of this chain are below 0.95 in size (their product and sum follow from its trace).
    expect(Math.abs(count(fates(state(p13, p31, p32, p23, p14), 13)) / N - share)).toBeLessThan(
      4.9 * shareSd(share, 0.95),
    );
  });

  it('decides by the state that it enters', () => {
    // Good, and lost for sure; lost, and good for sure.
    expect(fates(state(1, 1, 0, 1, 0), 1, 6)).toEqual([true, false, true, false, true, false]);
    // Alone: always followed by a good one.
    expect(fates(state(0, 0, 0, 1, 1), 1, 4)).toEqual([true, false, true, false]);
    // Good within a burst: good to lost (1 to 3), to good within (2), and lost again.
    expect(fates(state(1, 0, 1, 1, 0), 1, 5)).toEqual([true, false, true, false, true]);
  });

  it('lets sums of probabilities wrap around as the kernel does', () => {
    // 100 % + 60 % is 60 % less 2^-32: of what p14 leaves, which is nothing, 3 gets nothing; all are lost alone.
    expect(fates(state(0.6, 1, 0, 1, 1), 1, 4)).toEqual([true, false, true, false]);
    // 80 % + 60 % is 40 %: below p14, so that only 4 is entered; loss p14 / (1 + p14).
    const share = 0.8 / 1.8;
    expect(Math.abs(count(fates(state(0.6, 1, 0, 1, 0.8), 17)) / N - share)).toBeLessThan(4.9 * shareSd(share, 0));
  });
});
