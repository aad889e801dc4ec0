import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SendRing } from '../../../../src/transports/rudp/send/send-ring.ts';

const PERIOD = 251;
/** Repeats at no power of two. */
const PATTERN = Uint8Array.from({ length: 151_000 }, (_, i) => i % PERIOD);

const bytesFrom = (offset: number, length: number): Uint8Array =>
  PATTERN.subarray(offset % PERIOD, (offset % PERIOD) + length);

describe('SendRing', () => {
  it('takes no memory before it is needed, doubles from 4 KB, and ends at the most it may have', () => {
    const ring = new SendRing(200_000);
    const capacities = [0, 1, 4096, 4097, 131_073, 200_000].map((length) => {
      ring.reserve(0, 0, length);
      return ring.capacity;
    });
    expect(capacities).toEqual([0, 4096, 4096, 8192, 200_000, 200_000]);
  });

  it('gives back what was put in, over wraps and growth, at offsets of any size', () => {
    const step = fc.record({ add: fc.nat(30_000), drop: fc.nat(24_000) });
    const origin = fc.constantFrom(0, 2 ** 32 - 5000, 2 ** 50 + 1);
    fc.assert(
      fc.property(origin, fc.array(step, { minLength: 20, maxLength: 60 }), (start, steps) => {
        const ring = new SendRing(150_001);
        let base = start;
        let end = start;
        const check = (): void => {
          const into = new Uint8Array(end - base + 7);
          ring.read(base, end - base, into, 7);
          expect(Buffer.compare(into.subarray(7), bytesFrom(base, end - base))).toBe(0);
        };
        for (const { add, drop } of steps) {
          const added = Math.min(add, 150_001 - (end - base));
          ring.reserve(base, end - base, end - base + added);
          if (added > 0) ring.write(end, bytesFrom(end, added));
          end += added;
          check();
          base = Math.min(end, base + drop);
        }
      }),
      { numRuns: 60 },
    );
  });
});
