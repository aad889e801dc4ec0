import { crc32 } from 'node:zlib';
import { writeUint32 } from './varint.ts';

export const CRC_BYTES = 4;

/** Appends the CRC-32 (zlib's) of bytes[from..at) at `at`; returns where the next byte goes. */
export function writeChecksum(bytes: Uint8Array, from: number, at: number): number {
  return writeUint32(bytes, at, crc32(bytes.subarray(from, at)));
}

/** Whether the last four bytes of bytes[from..to) are the CRC-32 of those before them. */
export function checksumOk(bytes: Uint8Array, from: number, to: number): boolean {
  const at = to - CRC_BYTES;
  if (at < from) return false;
  const said = ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
  return said === crc32(bytes.subarray(from, at));
}
