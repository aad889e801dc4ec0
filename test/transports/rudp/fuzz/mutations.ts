import type { Random } from './random.ts';

/** Fewer than four differing bits are always noticed by the CRC-32 of a packet of up to 11 kB (its Hamming distance is 4). */
const SURE_BITS = 3;

/** A copy with one to three bits the other way: never one that a checksum does not notice. */
export function flipped(random: Random, packet: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(packet);
  const bits = new Set<number>();
  for (let left = random.between(1, SURE_BITS); left > 0; left--) bits.add(random.below(8 * bytes.length));
  for (const bit of bits) bytes[bit >> 3] ^= 1 << (bit & 7);
  return bytes;
}

export const truncated = (random: Random, packet: Uint8Array): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(packet.subarray(0, random.below(packet.length)));

/** The beginning of one and the end of another. */
export function spliced(random: Random, one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const from = random.below(other.length);
  const to = random.below(one.length + 1);
  return Uint8Array.from([...one.subarray(0, to), ...other.subarray(from)]);
}

/** With noise behind it, as if something had been appended on the way. */
export const lengthened = (random: Random, packet: Uint8Array): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...packet, ...random.bytes(random.between(1, 40))]);

/** One of the above. What comes of it is no packet that somebody has sent, but for 1 in 2^32 as the checksum sees it. */
export function damaged(random: Random, packet: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  switch (random.below(4)) {
    case 0:
      return truncated(random, packet);
    case 1:
      return spliced(random, packet, other);
    case 2:
      return lengthened(random, packet);
    default:
      return flipped(random, packet);
  }
}
