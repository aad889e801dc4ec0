import { REPAIR } from '../wire/frames.ts';
import { Reader, varintBytes, writeVarint } from '../wire/varint.ts';
import { MOST_SYMBOLS } from './code.ts';
import { SYMBOL_HEADER_BYTES } from './symbol.ts';

/** Packet numbers from the first to the last member of a block, at most. */
const MOST_SPAN = 256;
export const MOST_MAP_BYTES: number = MOST_SPAN / 8;
/** Of the varints that say the frame's length and the distance to the first member. */
const MOST_VARINT_BYTES = 4 + 2;
/** By which the packet number of the repair may be longer than that of a member. */
const NUMBER_GROWTH = 3;

/**
 * Bytes of the map in the REPAIR frames of blocks of up to `k` members: other packets may lie between them, as many again and
 * some, before a block has to end early.
 */
export function mapBytesFor(k: number): number {
  return Math.min(MOST_MAP_BYTES, Math.ceil(k / 4) + 2);
}

/** By which a packet with a REPAIR frame is longer, at most, than the data of the longest frame in its block and a header. */
export function repairOverhead(k: number): number {
  return NUMBER_GROWTH + 1 + MOST_VARINT_BYTES + 2 + mapBytesFor(k) + SYMBOL_HEADER_BYTES;
}

/** Which packets are the members of a block: a bit per packet number from `first`, the lowest of each byte first. */
export class BlockMap {
  first = 0;
  last = 0;
  members = 0;
  readonly bits: Uint8Array = new Uint8Array(MOST_MAP_BYTES);

  /** Bytes of `bits` up to the last member; there is one. */
  get length(): number {
    return ((this.last - this.first) >> 3) + 1;
  }

  clear(): void {
    this.members = 0;
    this.bits.fill(0);
  }

  /** Numbers ascend. */
  add(number: number): void {
    if (this.members === 0) this.first = number;
    const at = number - this.first;
    this.bits[at >> 3] |= 1 << (at & 7);
    this.last = number;
    this.members++;
  }

  has(number: number): boolean {
    const at = number - this.first;
    return at >= 0 && number <= this.last && (this.bits[at >> 3] & (1 << (at & 7))) !== 0;
  }

  copy(other: BlockMap): void {
    this.first = other.first;
    this.last = other.last;
    this.members = other.members;
    this.bits.set(other.bits);
  }
}

/**
 * Writes a REPAIR frame but for its symbol of `symbolBytes` bytes, to a packet with the number `number`. Returns where the symbol goes;
 * `at` when it would reach beyond `limit`.
 */
export function writeRepair(
  bytes: Uint8Array,
  at: number,
  limit: number,
  number: number,
  map: BlockMap,
  index: number,
  symbolBytes: number,
): number {
  const distance = number - map.first;
  const length = varintBytes(distance) + 2 + map.length + symbolBytes;
  if (at + 1 + varintBytes(length) + length > limit) return at;
  bytes[at] = REPAIR;
  let next = writeVarint(bytes, writeVarint(bytes, at + 1, length), distance);
  bytes[next++] = index;
  bytes[next++] = map.length;
  for (let i = 0; i < map.length; i++) bytes[next++] = map.bits[i];
  return next;
}

/** What a REPAIR frame says. One object is used again and again. */
export class RepairFrame {
  readonly map: BlockMap = new BlockMap();
  index = 0;
  /** Where the symbol lies. */
  at = 0;
  symbolBytes = 0;
  readonly #reader = new Reader();

  /** Reads bytes[from...to), what is behind the frame's own length, of a packet with the number `number`. False: malformed. */
  parse(bytes: Uint8Array, view: DataView, from: number, to: number, number: number): boolean {
    const reader = this.#reader;
    const { map } = this;
    reader.reset(bytes, view, from, to);
    map.clear();
    const first = number - reader.varint();
    this.index = reader.u8();
    const length = reader.u8();
    const bits = reader.at;
    reader.skip(length);
    this.at = reader.at;
    this.symbolBytes = to - reader.at;
    if (!reader.ok || length > MOST_MAP_BYTES || first < 0 || this.symbolBytes <= SYMBOL_HEADER_BYTES) return false;
    if (length === 0 || (bytes[bits] & 1) === 0 || bytes[bits + length - 1] === 0) return false;
    for (let i = 0; i < 8 * length; i++) {
      if (bytes[bits + (i >> 3)] & (1 << (i & 7))) map.add(first + i);
    }
    // Members came before their repair.
    return map.members + this.index <= MOST_SYMBOLS && map.last < number;
  }
}
