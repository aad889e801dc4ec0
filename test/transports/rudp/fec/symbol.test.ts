import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYMBOL_HEADER_BYTES, SymbolHeader, writeSymbolHeader } from '../../../../src/transports/rudp/fec/symbol.ts';
import { SymbolHistory } from '../../../../src/transports/rudp/fec/symbol-history.ts';

const parse = (length: number, offset: number, head: number, size: number): number[] | undefined => {
  const bytes = new Uint8Array(SYMBOL_HEADER_BYTES + 1);
  writeSymbolHeader(bytes, 1, length, offset, head);
  const header = new SymbolHeader();
  const fine = header.parse(new DataView(bytes.buffer, 1), size);
  return fine ? [header.length, header.offset, header.head] : undefined;
};

describe('the header of a symbol', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_000 }), fc.maxSafeNat(), fc.nat(2 ** 30), (length, end, far) => {
        const offset = Math.max(0, end - length);
        const head = Math.min(far, offset);
        expect(parse(length, offset, head, SYMBOL_HEADER_BYTES + length)).toEqual([length, offset, head]);
      }),
    );
  });

  it('is refused when no frame is like this', () => {
    expect(parse(5, 10, 10, SYMBOL_HEADER_BYTES + 5)).toEqual([5, 10, 10]);
    expect(parse(5, 10, 11, SYMBOL_HEADER_BYTES + 5), 'a message that begins before offset 0').toBeUndefined();
    expect(parse(5, 10, 10, SYMBOL_HEADER_BYTES + 4), 'longer than the symbol').toBeUndefined();
    expect(parse(0, 10, 10, SYMBOL_HEADER_BYTES + 4), 'without data').toBeUndefined();
    expect(parse(5, Number.MAX_SAFE_INTEGER - 4, 0, 100), 'beyond the last offset').toBeUndefined();
    expect(parse(5, 10, 10, SYMBOL_HEADER_BYTES - 1), 'cut off').toBeUndefined();
  });
});

describe('SymbolHistory', () => {
  it('has the latest packets, whatever the order in which they come', () => {
    const steps = fc.array(fc.nat(60), { minLength: 120, maxLength: 120 });
    fc.assert(
      fc.property(steps, fc.constantFrom(0, 2 ** 32 - 50), (back, start) => {
        const history = new SymbolHistory(30);
        const added = new Set<number>();
        let newest = start;
        back.forEach((distance, i) => {
          const number = Math.max(start, start + i - distance);
          newest = Math.max(newest, number);
          const bytes = Uint8Array.of(number, number >> 8);
          const isNew = !added.has(number);
          const kept = history.add(number, number, 0, bytes, 0, 2);
          if (number > newest - 30) expect(kept).toBe(isNew);
          added.add(number);
        });
        for (let number = newest - 29; number <= newest; number++) {
          if (number < start) continue;
          expect(history.has(number)).toBe(added.has(number));
          if (!added.has(number)) continue;
          expect(history.length(number)).toBe(SYMBOL_HEADER_BYTES + 2);
          const data = history.bytes(number).subarray(SYMBOL_HEADER_BYTES, SYMBOL_HEADER_BYTES + 2);
          expect(data).toEqual(Uint8Array.of(number, number >> 8));
          expect(history.view(number).getUint8(SYMBOL_HEADER_BYTES)).toBe(number & 0xff);
        }
      }),
      { numRuns: 20 },
    );
  });
});
