/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian: one section, Ethernet interfaces whose time stamps are ns of
 * wall-clock time, and packets with comments.
 */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;

const OPT_END = 0;
const OPT_COMMENT = 1;
const SHB_USERAPPL = 4;
const IF_NAME = 2;
const IF_DESCRIPTION = 3;
const IF_TSRESOL = 9;
const EPB_FLAGS = 2;
/** 10^-9 s. */
const NANOSECONDS = 9;

const OPTION_HEADER_BYTES = 4;
/** Type and length before the body, the length again behind it. */
const BLOCK_FRAME_BYTES = 12;
/** A packet block up to its data: type, length, interface, time (2), captured and original length. */
const PACKET_HEADER_BYTES = 28;
/** The flags of a packet, the end of its options, the length of its block. */
const PACKET_TAIL_BYTES = 8 + OPTION_HEADER_BYTES + 4;
const LONGEST_OPTION = 0xffff;
const INITIAL_BYTES = 256 << 10;

/** `epb_flags`: which way the packet passed the interface. */
export type PacketDirection = 'unknown' | 'inbound' | 'outbound';
const DIRECTION_FLAGS = { unknown: 0, inbound: 1, outbound: 2 } as const;

const padded = (bytes: number): number => (bytes + 3) & ~3;

/** An option as it stands in a block; values of 64 KiB and more are cut. */
function option(code: number, value: Uint8Array | string): Uint8Array {
  const whole = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  const bytes = whole.subarray(0, LONGEST_OPTION);
  const encoded = new Uint8Array(OPTION_HEADER_BYTES + padded(bytes.length));
  const view = new DataView(encoded.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, bytes.length, true);
  encoded.set(bytes, OPTION_HEADER_BYTES);
  return encoded;
}

/** A comment, made once and then put to as many packets as one likes. */
export const comment = (text: string): Uint8Array => option(OPT_COMMENT, text);

function block(type: number, fixed: Uint8Array, options: readonly Uint8Array[]): Uint8Array {
  const body = [fixed, ...options, option(OPT_END, '')];
  const bytes = body.reduce((sum, part) => sum + part.length, BLOCK_FRAME_BYTES);
  const encoded = new Uint8Array(bytes);
  const view = new DataView(encoded.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes, true);
  let at = 8;
  for (const part of body) {
    encoded.set(part, at);
    at += part.length;
  }
  view.setUint32(at, bytes, true);
  return encoded;
}

/** What a file begins with. */
export function sectionHeader(application: string, about: string): Uint8Array {
  const fixed = new Uint8Array(16);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true);
  // Of a length that is not known beforehand: -1.
  view.setBigInt64(8, -1n, true);
  return block(SECTION_HEADER, fixed, [option(OPT_COMMENT, about), option(SHB_USERAPPL, application)]);
}

/** Interfaces are numbered from 0 in the order of their descriptions. */
export function interfaceDescription(name: string, description: string): Uint8Array {
  const fixed = new Uint8Array(8);
  new DataView(fixed.buffer).setUint16(0, LINKTYPE_ETHERNET, true);
  return block(INTERFACE_DESCRIPTION, fixed, [
    option(IF_NAME, name),
    option(IF_DESCRIPTION, description),
    option(IF_TSRESOL, Uint8Array.of(NANOSECONDS)),
  ]);
}

/** Packet blocks one after the other in memory that grows. */
export class PacketBlocks {
  /** The blocks are the first `length` bytes. */
  bytes = new Uint8Array(INITIAL_BYTES);
  length = 0;
  #view = new DataView(this.bytes.buffer);
  /** Where the latest packet begins. */
  #start = 0;

  /**
   * Adds a packet, of which the `captured` bytes from `offset` on are there and `original` were. Its time is `high * 2^32 + low` ns
   * since 1970. Returns where its block begins.
   */
  add(
    id: number,
    high: number,
    low: number,
    direction: PacketDirection,
    frames: Uint8Array,
    offset: number,
    captured: number,
    original: number,
  ): number {
    const start = this.length;
    this.#reserve(PACKET_HEADER_BYTES + padded(captured) + PACKET_TAIL_BYTES);
    const view = this.#view;
    view.setUint32(start, ENHANCED_PACKET, true);
    view.setUint32(start + 8, id, true);
    view.setUint32(start + 12, high, true);
    view.setUint32(start + 16, low, true);
    view.setUint32(start + 20, captured, true);
    view.setUint32(start + 24, original, true);
    const data = start + PACKET_HEADER_BYTES;
    this.bytes.set(frames.subarray(offset, offset + captured), data);
    const flags = data + padded(captured);
    for (let at = data + captured; at < flags; at++) this.bytes[at] = 0;
    view.setUint16(flags, EPB_FLAGS, true);
    view.setUint16(flags + 2, 4, true);
    view.setUint32(flags + 4, DIRECTION_FLAGS[direction], true);
    this.#start = start;
    this.#end(flags + 8);
    return start;
  }

  /** Puts a {@link comment} to the latest packet. */
  remark(encoded: Uint8Array): void {
    this.#reserve(encoded.length);
    const at = this.length - OPTION_HEADER_BYTES - 4;
    this.bytes.set(encoded, at);
    this.#end(at + encoded.length);
  }

  /** Adds another's block that begins at `start`. Returns where it begins here. */
  append(from: PacketBlocks, start: number): number {
    const size = from.#view.getUint32(start + 4, true);
    const at = this.length;
    this.#reserve(size);
    this.bytes.set(from.bytes.subarray(start, start + size), at);
    this.length = at + size;
    return at;
  }

  clear(): void {
    this.length = 0;
  }

  /** Ends the latest packet's options at `at`, and with them its block. */
  #end(at: number): void {
    this.#view.setUint32(at, OPT_END, true);
    this.length = at + OPTION_HEADER_BYTES + 4;
    const size = this.length - this.#start;
    this.#view.setUint32(this.#start + 4, size, true);
    this.#view.setUint32(this.length - 4, size, true);
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
