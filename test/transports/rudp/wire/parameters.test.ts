import { describe, expect, it } from 'vitest';
import { type Parameters, readParameters, writeParameters } from '../../../../src/transports/rudp/wire/parameters.ts';
import { Reader } from '../../../../src/transports/rudp/wire/varint.ts';

const PARAMETERS: Parameters = {
  maxData: 16,
  maxDatagram: 1200,
  idleTimeoutMs: 10,
  maxAckDelayUs: 63,
  mode: 'deadline',
  checksum: true,
  fec: { k: 20, r: 1 },
};
/** Each as on the wire: id, length, value. */
const ENTRIES = [
  [1, 1, 16],
  [2, 2, 0x44, 0xb0],
  [3, 1, 10],
  [4, 1, 63],
  [5, 1, 3],
  [6, 1, 1],
  [7, 2, 20, 1],
];

function read(entries: readonly (readonly number[])[], count = entries.length): Parameters | undefined {
  const bytes = Uint8Array.from([0x40, count, ...entries.flat()]);
  const reader = new Reader();
  reader.reset(bytes, new DataView(bytes.buffer), 0, bytes.length);
  return readParameters(reader);
}

const replaced = (entry: readonly number[]): (readonly number[])[] =>
  ENTRIES.map((known) => (known[0] === entry[0] ? entry : known));

describe('parameters', () => {
  it('are written in the order of their ids', () => {
    const bytes = new Uint8Array(64);
    const to = writeParameters(bytes, 0, PARAMETERS);
    expect([...bytes.subarray(0, to)]).toEqual([7, ...ENTRIES.flat()]);
  });

  it('are read in any order, unknown ones among them', () => {
    expect(read([[0x40, 99, 3, 1, 2, 3], ...ENTRIES.toReversed(), [8, 0]])).toEqual(PARAMETERS);
  });

  it('may lack nothing but fec', () => {
    for (const [id] of ENTRIES) {
      const parameters = read(ENTRIES.filter(([other]) => other !== id));
      expect([id, parameters !== undefined]).toEqual([id, id === 7]);
    }
    const { fec: _, ...withoutFec } = PARAMETERS;
    expect(read(ENTRIES.slice(0, 6))).toEqual(withoutFec);
  });

  it('may not be there twice', () => {
    expect(read([...ENTRIES, [1, 1, 16]])).toBeUndefined();
    expect(read([...ENTRIES, [9, 0], [9, 0]])).toBeUndefined();
  });

  it('are refused when a value is not of its kind', () => {
    for (const entry of [
      [1, 0],
      [1, 2, 16, 0],
      [1, 1, 0x40],
      [2, 2, 0x44, 0xaf],
      // 2^14 ms: acknowledgements held back for hours would hold up the end of a connection as long.
      [4, 4, 0x80, 0xfa, 0x00, 0x00],
      [5, 1, 4],
      [5, 0],
      [5, 2, 0, 0],
      [6, 1, 2],
      [7, 1, 20],
      [7, 2, 0, 1],
      [7, 2, 1, 0],
      [7, 3, 1, 1, 1],
    ]) {
      expect([entry, read(replaced(entry))]).toEqual([entry, undefined]);
    }
  });

  it('may hold acknowledgements back for just less than 2^14 ms', () => {
    expect(read(replaced([4, 4, 0x80, 0xf9, 0xff, 0xff]))).toEqual({ ...PARAMETERS, maxAckDelayUs: 16_383_999 });
  });

  it('are refused when they are fewer than was said, or more than anyone needs', () => {
    expect(read(ENTRIES, 8)).toBeUndefined();
    const more = (count: number): number[][] => Array.from({ length: count - 7 }, (_, i) => [0x40, 100 + i, 0]);
    expect(read([...ENTRIES, ...more(64)])).toEqual(PARAMETERS);
    expect(read([...ENTRIES, ...more(65)])).toBeUndefined();
  });
});
