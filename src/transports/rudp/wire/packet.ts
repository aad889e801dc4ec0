import { CRC_BYTES } from './checksum.ts';
import { writeUint32 } from './varint.ts';

/** "nd", 1. */
export const VERSION_1 = 0x6e64_0001;
/** In the first byte: of a packet of the handshake, of any other, and of one of these with a checksum at its end. */
export const LONG = 0x80;
export const SHORT = 0x40;
export const CHECKSUM = 0x08;

export const HELLO = 1;
export const CHALLENGE = 2;
export const ANSWER = 3;
export const VERSIONS = 4;

export const CID_BYTES = 8;
/** A server answers no shorter one, so that its answer is the smaller of the two. */
export const MIN_HELLO_BYTES = 1200;
/** Of a short packet, without its packet number. */
export const SHORT_HEADER_BYTES: number = 1 + CID_BYTES;

const PACKET_NUMBER_LENGTH = 0x03;
/** How many packet numbers so many bytes tell apart. */
const WINDOWS: readonly number[] = [1, 2 ** 8, 2 ** 16, 2 ** 24, 2 ** 32];
/** Packet numbers are below. */
const LIMIT = 2 ** 53;

/** 64 bits as two uint32, so that they can be compared and hashed without allocation. */
export interface ConnectionId {
  readonly hi: number;
  readonly lo: number;
}

/**
 * Bytes that tell `packetNumber` apart from all others in flight (RFC 9000, A.2); `largestAcked` is -1 for none. Never fewer than three,
 * which bear that 8 million packets overtake this one: QUIC drops what is completed to a wrong number, since it does not decrypt; here
 * another packet would be acknowledged in its stead, and what that one carried be lost for good.
 */
export function packetNumberBytes(packetNumber: number, largestAcked: number): 3 | 4 {
  return packetNumber - largestAcked <= 0x80_0000 ? 3 : 4;
}

/** The packet number nearest to `expected` that ends in the `bytes` bytes of `truncated` (RFC 9000, A.3). */
export function decodePacketNumber(truncated: number, bytes: number, expected: number): number {
  const window = WINDOWS[bytes];
  // Exact, for a power of two, and several times as fast as the remainder of two doubles.
  const candidate = Math.floor(expected / window) * window + truncated;
  if (candidate <= expected - window / 2 && candidate < LIMIT - window) return candidate + window;
  if (candidate > expected + window / 2 && candidate >= window) return candidate - window;
  return candidate;
}

/** Writes everything before the frames; returns where they begin. With `checksum` end the packet with writeChecksum(). */
export function writeShortHeader(
  bytes: Uint8Array,
  at: number,
  cidHi: number,
  cidLo: number,
  packetNumber: number,
  packetNumberBytes: number,
  checksum: boolean,
): number {
  bytes[at] = SHORT | (checksum ? CHECKSUM : 0) | (packetNumberBytes - 1);
  let next = writeUint32(bytes, writeUint32(bytes, at + 1, cidHi), cidLo);
  for (let shift = 8 * (packetNumberBytes - 1); shift >= 0; shift -= 8) {
    bytes[next++] = packetNumber >>> shift;
  }
  return next;
}

/** What stands before the frames of a short packet. One object is used again and again. */
export class ShortHeader {
  cidHi = 0;
  cidLo = 0;
  truncated = 0;
  packetNumberBytes = 1;
  /** The packet ends with a checksum; parse() does not look whether it is right. */
  checksum = false;
  /** Where the frames are: bytes[frames..end). */
  frames = 0;
  end = 0;

  /** False when bytes[from..to) is no short packet: other bits are set, or it is too short to hold even one frame. */
  parse(bytes: Uint8Array, view: DataView, from: number, to: number): boolean {
    if (to - from < SHORT_HEADER_BYTES) return false;
    const first = bytes[from];
    if ((first & ~(CHECKSUM | PACKET_NUMBER_LENGTH)) !== SHORT) return false;
    this.checksum = (first & CHECKSUM) !== 0;
    this.packetNumberBytes = (first & PACKET_NUMBER_LENGTH) + 1;
    this.frames = from + SHORT_HEADER_BYTES + this.packetNumberBytes;
    this.end = this.checksum ? to - CRC_BYTES : to;
    if (this.frames >= this.end) return false;
    this.cidHi = view.getUint32(from + 1);
    this.cidLo = view.getUint32(from + 5);
    let truncated = 0;
    for (let at = from + SHORT_HEADER_BYTES; at < this.frames; at++) truncated = truncated * 256 + bytes[at];
    this.truncated = truncated;
    return true;
  }
}
