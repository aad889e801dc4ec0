import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksumOk, writeChecksum } from '../../../../src/transports/rudp/wire/checksum.ts';
import {
  decodePacketNumber,
  packetNumberBytes,
  ShortHeader,
  writeShortHeader,
} from '../../../../src/transports/rudp/wire/packet.ts';

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });

describe('packet numbers', () => {
  it('are cut and completed as in the examples of RFC 9000, appendix A', () => {
    expect(packetNumberBytes(0xace8fe, 0xabe8b3)).toBe(3);
    expect(decodePacketNumber(0x9b32, 2, 0xa82f30ea + 1)).toBe(0xa82f9b32);
  });

  it('need three bytes, one more where half of the window is used up', () => {
    expect([0, 32_768, 8_388_607, 8_388_608].map((n) => packetNumberBytes(n, -1))).toEqual([3, 3, 3, 4]);
  });

  it('come back where a million others have overtaken the packet', () => {
    const bytes = packetNumberBytes(300, 299);
    expect(decodePacketNumber(300 % 256 ** bytes, bytes, 1_000_301)).toBe(300);
  });

  it('come back at any receiver that has what the sender knows it has, and nothing that was not sent', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1, max: 2 ** 45 }),
        fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 31 - 1 })),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (largestAcked, ahead, share) => {
          const packetNumber = largestAcked + ahead;
          const bytes = packetNumberBytes(packetNumber, largestAcked);
          const expected = largestAcked + 1 + Math.floor(share * (ahead - 1));
          expect(decodePacketNumber(packetNumber % 256 ** bytes, bytes, expected)).toBe(packetNumber);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are the nearest to the expected one that end so', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 2000 }), (truncated, expected) => {
        const decoded = decodePacketNumber(truncated, 1, expected);
        expect(decoded % 256).toBe(truncated);
        expect(decoded).toBeGreaterThanOrEqual(0);
        const nearest = Math.abs(decoded - expected);
        expect(nearest).toBeLessThanOrEqual(decoded < 256 ? 255 : 128);
        expect(nearest).toBeLessThanOrEqual(Math.abs(decoded + 256 - expected));
        if (decoded >= 256) expect(nearest).toBeLessThanOrEqual(Math.abs(decoded - 256 - expected));
      }),
      { numRuns: 300 },
    );
  });
});

describe('ShortHeader', () => {
  it('reads what writeShortHeader() has written', () => {
    fc.assert(
      fc.property(
        uint32,
        uint32,
        fc.maxSafeNat(),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        fc.nat({ max: 5 }),
        (hi, lo, packetNumber, size, checksum, from) => {
          const bytes = new Uint8Array(from + 40).fill(0xff);
          const frames = writeShortHeader(bytes, from, hi, lo, packetNumber, size, checksum);
          expect(frames).toBe(from + 9 + size);
          const header = new ShortHeader();
          expect(header.parse(bytes, viewOf(bytes), from, bytes.length)).toBe(true);
          expect(header).toEqual({
            cidHi: hi,
            cidLo: lo,
            truncated: packetNumber % 256 ** size,
            packetNumberBytes: size,
            checksum,
            frames,
            end: bytes.length - (checksum ? 4 : 0),
          });
        },
      ),
    );
  });

  it('refuses other first bytes', () => {
    const bytes = new Uint8Array(40);
    const accepted: number[] = [];
    for (let first = 0; first < 256; first++) {
      bytes[0] = first;
      if (new ShortHeader().parse(bytes, viewOf(bytes), 0, 40)) accepted.push(first);
    }
    expect(accepted).toEqual([0x40, 0x41, 0x42, 0x43, 0x48, 0x49, 0x4a, 0x4b]);
  });

  it('refuses what has no room for a frame', () => {
    for (const [first, least] of [
      [0x40, 11],
      [0x43, 14],
      [0x48, 15],
      [0x4b, 18],
    ]) {
      for (let size = 0; size <= 18; size++) {
        const bytes = new Uint8Array(size);
        bytes[0] = first;
        expect([size, new ShortHeader().parse(bytes, viewOf(bytes), 0, size)]).toEqual([size, size >= least]);
      }
    }
  });
});

describe('checksums', () => {
  it('are those of zlib and PNG', () => {
    const bytes = new Uint8Array(15);
    bytes.set(new TextEncoder().encode('123456789'), 2);
    expect(writeChecksum(bytes, 2, 11)).toBe(15);
    expect(Buffer.from(bytes.subarray(11)).toString('hex')).toBe('cbf43926');
    expect(checksumOk(bytes, 2, 15)).toBe(true);
  });

  it('catch every bit that is turned', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 40 }), fc.nat(), (content, which) => {
        const bytes = new Uint8Array(content.length + 4);
        bytes.set(content);
        writeChecksum(bytes, 0, content.length);
        expect(checksumOk(bytes, 0, bytes.length)).toBe(true);
        const bit = which % (8 * bytes.length);
        bytes[bit >> 3] ^= 1 << (bit & 7);
        expect(checksumOk(bytes, 0, bytes.length)).toBe(false);
      }),
    );
  });

  it('are missing from what is shorter than they are', () => {
    expect(checksumOk(new Uint8Array(8), 3, 6)).toBe(false);
  });
});
