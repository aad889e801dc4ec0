import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BlockMap,
  MOST_MAP_BYTES,
  mapBytesFor,
  RepairFrame,
  repairOverhead,
  writeRepair,
} from '../../../../src/transports/rudp/fec/repair-frame.ts';

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const block = fc.record({
  first: fc.oneof(fc.nat(70_000), fc.constantFrom(2 ** 31 - 40, 2 ** 32 - 3, 2 ** 52)),
  others: fc.uniqueArray(fc.integer({ min: 1, max: 8 * MOST_MAP_BYTES - 1 }), { maxLength: 30 }),
  later: fc.integer({ min: 1, max: 5000 }),
  index: fc.nat(200),
  symbol: fc.uint8Array({ minLength: 15, maxLength: 90 }),
});

const mapOf = (numbers: readonly number[]): BlockMap => {
  const map = new BlockMap();
  for (const number of [...numbers].sort((a, b) => a - b)) map.add(number);
  return map;
};

/** Type and length of a frame whose length is one or two bytes. */
const bodyAt = (bytes: Uint8Array): number => (bytes[1] < 0x40 ? 2 : 3);

describe('REPAIR frame', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(block, ({ first, others, later, index, symbol }) => {
        const numbers = [first, ...others.map((each) => first + each)];
        const map = mapOf(numbers);
        const number = map.last + later;
        const bytes = new Uint8Array(300);
        const at = writeRepair(bytes, 0, 300, number, map, index, symbol.length);
        bytes.set(symbol, at);
        const end = at + symbol.length;
        expect(writeRepair(bytes, 0, end - 1, number, map, index, symbol.length)).toBe(0);
        expect(writeRepair(bytes, 0, end, number, map, index, symbol.length)).toBe(at);
        const frame = new RepairFrame();
        expect(frame.parse(bytes, viewOf(bytes), bodyAt(bytes), end, number)).toBe(true);
        expect([frame.index, frame.at, frame.symbolBytes]).toEqual([index, at, symbol.length]);
        expect(frame.map.members).toBe(numbers.length);
        const found = Array.from({ length: 270 }, (_, i) => first - 5 + i).filter((each) => frame.map.has(each));
        expect(found).toEqual(numbers.sort((a, b) => a - b));
      }),
      { numRuns: 100 },
    );
  });

  it('costs no more than its overhead, with the largest map that a block of k has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 254 }), fc.integer({ min: 1, max: 65_000 }), (k, data) => {
        const map = mapOf([7, 7 + 8 * mapBytesFor(k) - 1]);
        const bytes = new Uint8Array(400);
        const limit = repairOverhead(k) - 3 + data;
        expect(writeRepair(bytes, 0, limit, map.last + 9000, map, 0, 14 + data)).toBeGreaterThan(0);
      }),
    );
  });

  it('is refused when it makes no sense', () => {
    const good = [3, 0, 1, 0b101, ...new Uint8Array(15)];
    const parse = (bytes: number[], number = 100): boolean => {
      const frame = Uint8Array.from(bytes);
      return new RepairFrame().parse(frame, viewOf(frame), 0, frame.length, number);
    };
    const changed = (at: number, ...values: number[]): number[] => good.toSpliced(at, 1, ...values);
    expect(parse(good)).toBe(true);
    expect(parse(good, 2), 'a member before packet 0').toBe(false);
    expect(parse(changed(0, 2)), 'a member that is the repair itself').toBe(false);
    expect(parse(changed(1, 254)), 'more than 255 symbols').toBe(false);
    expect(parse(changed(2, 0)), 'no map').toBe(false);
    expect(parse(changed(2, 200)), 'a map longer than the frame').toBe(false);
    expect(parse([40, 0, 33, ...new Uint8Array(33).fill(1), ...new Uint8Array(15)]), 'too long a map').toBe(false);
    expect(parse(changed(3, 0b100)), 'a map that does not begin with a member').toBe(false);
    expect(parse([20, 0, 2, 1, 0, ...new Uint8Array(15)]), 'a map that does not end with a member').toBe(false);
    expect(parse(good.slice(0, -1)), 'a symbol without data').toBe(false);
    expect(parse([]), 'nothing').toBe(false);
  });

  it('is refused or read within its bounds, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(300), (bytes, number) => {
        const frame = new RepairFrame();
        if (!frame.parse(bytes, viewOf(bytes), 0, bytes.length, number)) return;
        expect(frame.at + frame.symbolBytes).toBe(bytes.length);
        expect(frame.map.first).toBeGreaterThanOrEqual(0);
        expect(frame.map.last).toBeLessThan(number);
      }),
      { numRuns: 300 },
    );
  });
});
