import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otherSeed, Taus113 } from '../../src/link/prng.ts';

const draws = (seed: number | bigint, count: number) => {
  const prng = new Taus113(seed);
  return Array.from({ length: count }, () => prng.next());
};

describe('Taus113', () => {
  it.each([
    [1, [276959246, 18909696, 2298495022, 9442690]],
    [42, [3053367555, 794645456, 722109529, 489076602]],
    [12345, [688432123, 708216489, 990518830, 336400550]],
  ])('draws what the kernel draws from seed %d', (seed, expected) => {
    expect(draws(seed, 4)).toEqual(expected);
  });

  it('takes all 64 bits of a seed', () => {
    expect(draws(42n, 4)).toEqual(draws(42, 4));
    expect(draws(2n ** 64n + 42n, 4)).toEqual(draws(42, 4));
    expect(draws(2n ** 63n + 42n, 4)).not.toEqual(draws(42, 4));
  });

  it('has another beside it, which draws something else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), (seed) => {
        expect(draws(otherSeed(seed), 4)).not.toEqual(draws(seed, 4));
      }),
    );
    const apart = (seed: bigint) => draws(seed, 1)[0] ^ draws(otherSeed(seed), 1)[0];
    expect(new Set([1000n, 1001n, 1002n, 1003n].map(apart)).size).toBe(4);
  });

  it('lifts seeds that would leave a component at zero', () => {
    expect(new Set(draws(0, 100)).size).toBeGreaterThan(90);
  });
});
