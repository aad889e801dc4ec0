import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SendRoom } from '../../../src/io/sim/send-room.ts';

/** 1 byte per ns. */
const BPS = 8e9;

test('it takes what fits, and again as the interface sends', () => {
  const room = new SendRoom(1000, BPS);
  expect(room.take(0, 300, 5)).toBe(3);
  expect(room.take(0, 300, 1)).toBe(0);
  expect(room.take(199, 300, 1)).toBe(0);
  expect(room.take(200, 300, 1)).toBe(1);
  expect(room.take(5000, 300, 5)).toBe(3);
});

test('what exceeds the buffer goes when it is empty', () => {
  const room = new SendRoom(1000, BPS);
  expect(room.take(0, 1400, 2)).toBe(1);
  expect(room.take(1399, 1400, 2)).toBe(0);
  expect(room.take(1400, 1400, 2)).toBe(1);
});

test('it never holds more than its limit or one datagram, and there is room when it says so', () => {
  const step = fc.record({
    wait: fc.nat(3000),
    size: fc.integer({ min: 0, max: 2000 }),
    count: fc.integer({ min: 1, max: 9 }),
  });
  const bytesPerNs = fc.constantFrom(0.001, 0.3, 1, 1.25, 7);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), bytesPerNs, fc.array(step), (limit, speed, steps) => {
      const room = new SendRoom(limit, speed * 8e9);
      let [now, held] = [1e15, 0];
      for (const { wait, size, count } of steps) {
        now += wait;
        held = Math.max(0, held - wait * speed);
        const taken = room.take(now, size, count);
        held += taken * size;
        expect(taken <= count && (taken * size === 0 || held <= Math.max(limit, size) + 2)).toBe(true);
        if (taken === count) continue;
        const at = room.writableAt(size);
        // As soon as possible: not before half of it is free, and not long after all of it is.
        expect(at).toBeGreaterThan(now);
        expect(at).toBeLessThanOrEqual(now + held / speed + 3);
        held = Math.max(0, held - (at - now) * speed);
        now = at;
        const more = room.take(now, size, 1);
        expect(more).toBe(1);
        held += size;
      }
    }),
    { numRuns: 200 },
  );
});
