const TWO_TO_32 = 2 ** 32;

/** How many bytes a varint of RFC 9000, section 16, takes; `value` is an integer in [0, 2^53). */
export function varintBytes(value: number): 1 | 2 | 4 | 8 {
  if (value < 0x40) return 1;
  if (value < 0x4000) return 2;
  return value < 0x4000_0000 ? 4 : 8;
}

/** Writes `value`, an integer in [0, 2^53), in as few bytes as possible; returns where the next byte goes. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0x40) {
    bytes[at] = value;
    return at + 1;
  }
  if (value < 0x4000) {
    bytes[at] = 0x40 | (value >> 8);
    bytes[at + 1] = value;
    return at + 2;
  }
  if (value < 0x4000_0000) return writeUint32(bytes, at, 0x8000_0000 | value);
  const low = writeUint32(bytes, at, 0xc000_0000 | Math.floor(value / TWO_TO_32));
  return writeUint32(bytes, low, value);
}

/** Big-endian; only the low 32 bits of `value` count. Returns where the next byte goes. */
export function writeUint32(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
  return at + 4;
}

/**
 * Reads numbers one behind the other and never throws: what would reach beyond the end, or above 2^53 - 1, turns `ok`
 * false and is 0, as is everything read after it. One object is used again and again.
 */
export class Reader {
  bytes: Uint8Array = new Uint8Array(0);
  /** Of the same memory as `bytes`. */
  view: DataView = new DataView(this.bytes.buffer);
  at = 0;
  end = 0;
  ok = true;

  /** Reads bytes[from..to). */
  reset(bytes: Uint8Array, view: DataView, from: number, to: number): void {
    this.bytes = bytes;
    this.view = view;
    this.at = from;
    this.end = to;
    this.ok = true;
  }

  u8(): number {
    return this.at < this.end ? this.bytes[this.at++] : this.#fail();
  }

  u32(): number {
    const at = this.at;
    if (at + 4 > this.end) return this.#fail();
    this.at = at + 4;
    return this.view.getUint32(at);
  }

  varint(): number {
    const at = this.at;
    if (at >= this.end) return this.#fail();
    const first = this.bytes[at];
    const size = 1 << (first >> 6);
    if (at + size > this.end) return this.#fail();
    this.at = at + size;
    if (size === 1) return first;
    if (size === 2) return ((first & 0x3f) << 8) | this.bytes[at + 1];
    const high = this.view.getUint32(at) & 0x3fff_ffff;
    if (size === 4) return high;
    // 53 bits are what a number holds exactly.
    return high < 0x20_0000 ? high * TWO_TO_32 + this.view.getUint32(at + 4) : this.#fail();
  }

  skip(size: number): void {
    if (size > this.end - this.at) this.#fail();
    else this.at += size;
  }

  #fail(): number {
    this.ok = false;
    this.at = this.end;
    return 0;
  }
}
