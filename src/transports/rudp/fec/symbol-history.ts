import { SYMBOL_HEADER_BYTES, writeSymbolHeader } from './symbol.ts';

const NONE = -1;
/** Memory is taken in steps of this, so that it need not be taken anew when frames grow a little. */
const STEP = 512;

/** The symbols of the DATA frames that came last, by packet number; memory is taken as it is needed, and kept. */
export class SymbolHistory {
  readonly #mask: number;
  readonly #numbers: Float64Array;
  readonly #lengths: Uint16Array;
  readonly #bytes: Uint8Array[] = [];
  readonly #views: DataView[] = [];

  /** Remembers symbols of at least so many consecutive packets. */
  constructor(packets: number) {
    const slots = 2 ** Math.ceil(Math.log2(packets));
    this.#mask = slots - 1;
    this.#numbers = new Float64Array(slots).fill(NONE);
    this.#lengths = new Uint16Array(slots);
  }

  has(number: number): boolean {
    return this.#numbers[this.#slot(number)] === number;
  }

  /** Of a packet that it has, as are those below. */
  length(number: number): number {
    return this.#lengths[this.#slot(number)];
  }

  bytes(number: number): Uint8Array {
    return this.#bytes[this.#slot(number)];
  }

  view(number: number): DataView {
    return this.#views[this.#slot(number)];
  }

  /** Keeps the frame of a packet, unless it is older than what it remembers. False: not kept, or kept already. */
  add(number: number, offset: number, head: number, bytes: Uint8Array, at: number, length: number): boolean {
    if (!this.reserve(number, SYMBOL_HEADER_BYTES + length)) return false;
    const to = this.bytes(number);
    writeSymbolHeader(to, 0, length, offset, head);
    to.set(bytes.subarray(at, at + length), SYMBOL_HEADER_BYTES);
    return true;
  }

  /** Takes a packet's place with a symbol of `length` bytes, which are still to be written. False: as with `add`. */
  reserve(number: number, length: number): boolean {
    const slot = this.#slot(number);
    if (this.#numbers[slot] >= number || length > 0xffff) return false;
    if ((this.#bytes[slot]?.length ?? 0) < length) {
      this.#bytes[slot] = new Uint8Array(Math.ceil(length / STEP) * STEP);
      this.#views[slot] = new DataView(this.#bytes[slot].buffer);
    }
    this.#numbers[slot] = number;
    this.#lengths[slot] = length;
    return true;
  }

  #slot(number: number): number {
    return number & this.#mask;
  }
}
