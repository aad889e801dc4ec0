const FIRST_BYTES = 4 << 10;
/** Up to here a loop is quicker than making the view that `set` needs. */
const SHORT_COPY = 32;

/** Data by offset: the newest stretch of a sequence, in memory that is made when needed and grows by doubling. */
export class Ring {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** Behind the last byte written. */
  #high = 0;
  /** Of the length, a power of two: exact, and far quicker than the remainder of large numbers. */
  #inverse = 0;

  /** Puts source[at, at + length) at `offset`. Everything written from `low` on stays, what is below may be overwritten. */
  write(offset: number, source: Uint8Array, at: number, length: number, low: number): void {
    const end = offset + length;
    const high = Math.max(this.#high, end);
    if (high - low > this.bytes.length) this.#grow(high - low);
    this.#high = high;
    const to = this.position(offset);
    const first = Math.min(length, this.bytes.length - to);
    copy(this.bytes, to, source, at, first);
    if (first < length) copy(this.bytes, 0, source, at + first, length - first);
  }

  /** Where in `bytes` the byte with this offset is. */
  position(offset: number): number {
    return offset - Math.floor(offset * this.#inverse) * this.bytes.length;
  }

  /** Big-endian, at any offset that is held. */
  u32(offset: number): number {
    const at = this.position(offset);
    if (at + 4 <= this.bytes.length) return this.view.getUint32(at);
    let value = 0;
    for (let i = 0; i < 4; i++) value = value * 256 + this.bytes[this.position(offset + i)];
    return value;
  }

  #grow(needed: number): void {
    const old = this.bytes;
    let capacity = Math.max(FIRST_BYTES, 2 * old.length);
    while (capacity < needed) capacity *= 2;
    const grown = new Uint8Array(capacity);
    const inverse = 1 / capacity;
    for (let from = Math.max(0, this.#high - old.length); from < this.#high; ) {
      const at = this.position(from);
      const to = from - Math.floor(from * inverse) * capacity;
      const count = Math.min(old.length - at, capacity - to, this.#high - from);
      grown.set(old.subarray(at, at + count), to);
      from += count;
    }
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
    this.#inverse = inverse;
  }
}

function copy(into: Uint8Array, to: number, from: Uint8Array, at: number, count: number): void {
  if (count > SHORT_COPY) into.set(from.subarray(at, at + count), to);
  else for (let i = 0; i < count; i++) into[to + i] = from[at + i];
}
