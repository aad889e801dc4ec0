import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ring } from '../../../../src/transports/rudp/receive/ring.ts';

test('keeps what was written from the lowest offset on, at any offset and while it grows', () => {
  const write = fc.record({ ahead: fc.nat(90_000), length: fc.integer({ min: 1, max: 20_000 }), low: fc.nat(30_000) });
  fc.assert(
    fc.property(fc.constantFrom(0, 2 ** 32 - 7, 2 ** 50 + 3), fc.array(write, { maxLength: 12 }), (first, writes) => {
      const ring = new Ring();
      const model = new Uint8Array(600_000);
      let low = 0;
      let span = 0;
      let high = 0;
      for (const [i, { ahead, length, low: forward }] of writes.entries()) {
        low += forward;
        const source = new Uint8Array(length + 3).fill(i + 1);
        model.fill(i + 1, low + ahead, low + ahead + length);
        ring.write(first + low + ahead, source, 3, length, first + low);
        high = Math.max(high, low + ahead + length);
        span = Math.max(span, high - low);
        expect(ring.bytes.length).toBeLessThan(Math.max(2 * span, 4097));
        // What is forgotten may be anything.
        model.fill(0, 0, low);
        for (let at = low; at < high; at += 997) {
          if (model[at] === 0) continue;
          if (ring.bytes[ring.position(first + at)] !== model[at]) throw new Error(`wrong at ${at}`);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('reads numbers across its end', () => {
  const ring = new Ring();
  ring.write(4094, Uint8Array.of(1, 2, 3, 4), 0, 4, 4094);
  expect(ring.bytes.length).toBe(4096);
  expect(ring.u32(4094)).toBe(0x01020304);
});
