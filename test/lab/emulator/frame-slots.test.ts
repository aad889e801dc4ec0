import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameSlots } from '../../../src/lab/emulator/frame-slots.ts';
import type { Tap } from '../../../src/lab/tap.ts';

const SPARE = 4096;
const SLOTS = 8;

function make(): { bytes: Uint8Array; frames: FrameSlots } {
  const bytes = new Uint8Array(SPARE + FrameSlots.bytesFor(SLOTS));
  return { bytes, frames: new FrameSlots(bytes, SPARE, () => 42) };
}

test('frames keep their bytes, whatever is filled, copied and released beside them', () => {
  const step = fc.record({
    act: fc.constantFrom('fill', 'copy', 'release'),
    pick: fc.nat(),
    length: fc.integer({ min: 1, max: 2048 }),
    byte: fc.nat({ max: 255 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { bytes, frames } = make();
      const held: { slot: number; length: number; byte: number }[] = [];
      for (const { act, pick, length, byte } of steps) {
        const chosen = held[pick % held.length];
        if (act === 'fill' && frames.available > 0) {
          bytes.fill(byte, 100, 100 + length);
          held.push({ slot: frames.fill(100, length), length: Math.min(length, frames.slotBytes), byte });
        } else if (act === 'copy' && chosen) {
          const slot = frames.copy(chosen.slot);
          if (slot >= 0) held.push({ ...chosen, slot });
          else expect(held).toHaveLength(SLOTS);
        } else if (act === 'release' && chosen) {
          frames.release(chosen.slot);
          held.splice(held.indexOf(chosen), 1);
        }
      }
      expect(frames.available).toBe(SLOTS - held.length);
      expect(new Set(held.map(({ slot }) => slot)).size).toBe(held.length);
      for (const { slot, length, byte } of held) {
        const from = slot * frames.slotBytes;
        expect(frames.offset(slot)).toBe(SPARE + from);
        expect(frames.memory.subarray(from, from + length).every((value) => value === byte)).toBe(true);
      }
    }),
  );
});

test('who records is told what the model does to frames', () => {
  const { bytes, frames } = make();
  const told: unknown[] = [];
  const tap: Tap = {
    arrived: (...args) => told.push(['arrived', ...args]),
    copied: (...args) => told.push(['copied', ...args]),
    corrupted: (...args) => told.push(['corrupted', ...args]),
    marked: (...args) => told.push(['marked', ...args]),
    dropped: (...args) => told.push(['dropped', ...args]),
    left: (...args) => told.push(['left', ...args]),
  };
  frames.tap = tap;
  // No IP packet: there is no payload to damage, and nothing to mark.
  bytes.fill(0, 100, 160);
  const slot = frames.fill(100, 60);
  expect(frames.corrupt(slot, 'payload', 0.5)).toBe(false);
  expect(frames.markCongestion(slot)).toBe(false);
  const copy = frames.copy(slot);
  expect(frames.corrupt(copy, 'frame', 0.5)).toBe(true);
  frames.drop(slot, 'outage');
  expect(told).toEqual([
    ['copied', slot, copy],
    ['corrupted', copy],
    ['dropped', 42, slot, 'outage'],
  ]);
  expect(frames.available).toBe(SLOTS - 1);
});
