import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reader, varintBytes, writeUint32, writeVarint } from '../../../../src/transports/rudp/wire/varint.ts';

function readerOf(bytes: Uint8Array, from = 0, to: number = bytes.length): Reader {
  const reader = new Reader();
  reader.reset(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), from, to);
  return reader;
}

/** Every length as often as the others, and the values next to where it changes. */
const anyValue = fc.oneof(
  fc.integer({ min: 0, max: 0x3f }),
  fc.integer({ min: 0x40, max: 0x3fff }),
  fc.integer({ min: 0x4000, max: 0x3fff_ffff }),
  fc.maxSafeNat(),
  fc.constantFrom(0x3f, 0x40, 0x3fff, 0x4000, 0x3fff_ffff, 0x4000_0000, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1),
);

describe('varints', () => {
  it('come back as they were written, one behind the other', () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 20 }), fc.nat({ max: 9 }), (values, from) => {
        const bytes = new Uint8Array(from + 8 * values.length);
        let at = from;
        for (const value of values) {
          const next = writeVarint(bytes, at, value);
          expect(next - at).toBe(varintBytes(value));
          at = next;
        }
        const reader = readerOf(bytes, from, at);
        expect(values.map(() => reader.varint())).toEqual(values);
        expect([reader.ok, reader.at]).toEqual([true, at]);
      }),
      { numRuns: 200 },
    );
  });

  it('take as few bytes as RFC 9000 allows', () => {
    expect([0, 0x3f, 0x40, 0x3fff, 0x4000, 0x3fff_ffff, 0x4000_0000, 2 ** 53 - 1].map(varintBytes)).toEqual([
      1, 1, 2, 2, 4, 4, 8, 8,
    ]);
  });

  it('are read from more bytes than they need', () => {
    for (const bytes of [[37], [0x40, 37], [0x80, 0, 0, 37], [0xc0, 0, 0, 0, 0, 0, 0, 37]]) {
      const reader = readerOf(Uint8Array.from(bytes));
      expect([reader.varint(), reader.ok, reader.at]).toEqual([37, true, bytes.length]);
    }
  });

  it('above 2^53 - 1 are refused', () => {
    const largest = readerOf(Uint8Array.of(0xc0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
    expect([largest.varint(), largest.ok]).toEqual([Number.MAX_SAFE_INTEGER, true]);
    const beyond = readerOf(Uint8Array.of(0xc0, 0x20, 0, 0, 0, 0, 0, 0));
    expect([beyond.varint(), beyond.ok]).toEqual([0, false]);
  });
});

describe('Reader', () => {
  it('reads zeros once it has met its end', () => {
    fc.assert(
      fc.property(anyValue, fc.nat({ max: 7 }), (value, cut) => {
        const bytes = new Uint8Array(16).fill(1);
        const size = writeVarint(bytes, 0, value);
        const reader = readerOf(bytes, 0, Math.min(cut, size - 1));
        expect([reader.varint(), reader.u8(), reader.u32(), reader.varint(), reader.ok]).toEqual([0, 0, 0, 0, false]);
      }),
    );
  });

  it('reads single bytes and words, and skips', () => {
    const bytes = new Uint8Array(12);
    writeUint32(bytes, 1, 0xfedc_ba98);
    const reader = readerOf(bytes, 1, 11);
    expect([reader.u8(), reader.u8()]).toEqual([0xfe, 0xdc]);
    const whole = readerOf(bytes, 1, 11);
    expect(whole.u32()).toBe(0xfedc_ba98);
    whole.skip(3);
    expect(whole.u32()).toBe(0);
    expect(whole.ok).toBe(false);
    reader.skip(8);
    expect([reader.ok, reader.at]).toEqual([true, 11]);
    reader.skip(0);
    expect(reader.ok).toBe(true);
    reader.skip(1);
    expect(reader.ok).toBe(false);
  });
});
