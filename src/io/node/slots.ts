/** In flight at once: more only lengthens the queue in front of the kernel's own buffer. */
const SLOTS = 128;

/** Copies of datagrams that Node has been handed and may still read: the caller's slab can be reused at once. */
export class SendSlots {
  readonly #slots = Array.from({ length: SLOTS }, (_, index) => new SendSlot(index));
  readonly #free = Array.from({ length: SLOTS }, (_, index) => index);

  get free(): number {
    return this.#free.length;
  }

  /** Enough room for a sender to be woken for. */
  get mostlyFree(): boolean {
    return this.#free.length >= SLOTS / 2;
  }

  take(): SendSlot {
    return this.#slots[this.#free.pop() as number];
  }

  release(index: number): void {
    this.#free.push(index);
  }
}

class SendSlot {
  readonly index: number;
  onSent: ((error: Error | null) => void) | undefined;
  #bytes = Buffer.allocUnsafeSlow(0);
  #filled = this.#bytes;

  constructor(index: number) {
    this.index = index;
  }

  fill(slab: Uint8Array, offset: number, size: number): Uint8Array {
    if (this.#bytes.length < size) this.#bytes = Buffer.allocUnsafeSlow(Math.max(2048, size));
    if (this.#filled.length !== size || this.#filled.buffer !== this.#bytes.buffer)
      this.#filled = this.#bytes.subarray(0, size);
    this.#filled.set(slab.subarray(offset, offset + size));
    return this.#filled;
  }
}
