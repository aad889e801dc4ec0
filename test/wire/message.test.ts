import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HEADER_BYTES, intendedAt, sequenceAt, trialAt, writeHeader } from '../../src/wire/message.ts';

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const u53 = fc.oneof(
  fc.maxSafeNat(),
  fc.constantFrom(0, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER),
);

test('what was written is read back, at any offset, and nothing beside it is touched', () => {
  fc.assert(
    fc.property(u32, u53, u53, fc.nat(9), (trial, sequence, intended, offset) => {
      const bytes = new Uint8Array(offset + HEADER_BYTES + 5).fill(0xee);
      const view = new DataView(bytes.buffer);
      writeHeader(view, offset, trial, sequence, intended);
      expect(trialAt(view, offset)).toBe(trial);
      expect(sequenceAt(view, offset)).toBe(sequence);
      expect(intendedAt(view, offset)).toBe(intended);
      expect([...bytes.subarray(0, offset), ...bytes.subarray(offset + HEADER_BYTES)]).toEqual(
        new Array(offset + 5).fill(0xee),
      );
    }),
  );
});

test('a time with a fraction is cut to whole nanoseconds: no message seems to be sent after it was', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 2 ** 52, noNaN: true }), (intended) => {
      const view = new DataView(new ArrayBuffer(HEADER_BYTES));
      writeHeader(view, 0, 1, 2, intended);
      expect(intendedAt(view, 0)).toBe(Math.floor(intended));
    }),
  );
});

test('the layout is that of the documentation, little-endian', () => {
  const bytes = new Uint8Array(HEADER_BYTES);
  writeHeader(new DataView(bytes.buffer), 0, 0x04030201, 0x0605_0403_0201, 0x0016_1514_1312_1110);
  expect([...bytes]).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 0, 0, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0]);
});
