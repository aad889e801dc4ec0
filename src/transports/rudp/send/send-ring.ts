const FIRST_BYTES = 4096;

/**
 * The bytes from some offset to another, at their offset modulo the capacity. None to begin with; what it is asked to hold
 * makes it double, up to `most`.
 */
export class SendRing {
  readonly #most: number;
  #memory = new ArrayBuffer(0);

  constructor(most: number) {
    this.#most = most;
  }

  get capacity(): number {
    return this.#memory.byteLength;
  }

  /** Makes room for `length` bytes (at most `most`) from `base` on, of which the first `used` are kept. */
  reserve(base: number, used: number, length: number): void {
    if (length <= this.capacity) return;
    const old = this.#memory;
    let capacity = Math.max(FIRST_BYTES, old.byteLength);
    while (capacity < length) capacity *= 2;
    this.#memory = new ArrayBuffer(Math.min(capacity, this.#most));
    for (let done = 0; done < used; ) {
      const at = place(base + done, old.byteLength);
      const run = Math.min(used - done, old.byteLength - at);
      this.write(base + done, new Uint8Array(old, at, run));
      done += run;
    }
  }

  /** Puts `source` at `offset`; what it overwrites is not needed any more. */
  write(offset: number, source: Uint8Array): void {
    const at = place(offset, this.capacity);
    const first = Math.min(source.length, this.capacity - at);
    const ring = new Uint8Array(this.#memory);
    ring.set(first < source.length ? source.subarray(0, first) : source, at);
    if (first < source.length) ring.set(source.subarray(first));
  }

  /** Copies `length` bytes from `offset` to `into[at...]`. */
  read(offset: number, length: number, into: Uint8Array, at: number): void {
    const from = place(offset, this.capacity);
    const first = Math.min(length, this.capacity - from);
    // A view made on the spot costs 130 ns with the copy of 1450 bytes, subarray() 200, Buffer.copy() 240 (Node 20).
    into.set(new Uint8Array(this.#memory, from, first), at);
    if (first < length) into.set(new Uint8Array(this.#memory, 0, length - first), at + first);
  }
}

/** `offset` modulo `capacity`: several times as fast as %, which is slow for numbers of more than 32 bits. */
function place(offset: number, capacity: number): number {
  return offset - capacity * Math.floor(offset / capacity);
}
