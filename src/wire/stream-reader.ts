import { Extents } from './extents.ts';

/** What a connection that is mostly idle costs. */
const LEAST_BYTES = 4096;

/** A buffer that a byte stream is read into, at `end`, and that grows to `mostBytes` while reads fill it. */
export abstract class StreamReader extends Extents {
  bytes: Uint8Array = new Uint8Array();
  view: DataView = new DataView(this.bytes.buffer);
  end = 0;
  arrival = 0;
  readonly #mostBytes: number;

  constructor(mostBytes: number) {
    super();
    this.#mostBytes = mostBytes;
    this.keep(0, Math.min(LEAST_BYTES, mostBytes));
  }

  get room(): number {
    return this.bytes.length - this.end;
  }

  /** After `count` more bytes were read at `end`: finds what there is to hand out. */
  abstract cut(count: number, now: number): void;

  /** After it was used: makes room. */
  abstract compact(): void;

  /** What a buffer should hold in which `end` bytes were found. */
  protected get wanted(): number {
    return this.end < this.bytes.length ? this.bytes.length : Math.min(2 * this.bytes.length, this.#mostBytes);
  }

  /** Moves all from `start` on to the front of a buffer of `size` bytes, which is a new one only where it has to be larger. */
  protected keep(start: number, size: number): void {
    const left = this.end - start;
    if (size > this.bytes.length) {
      // A buffer of its own: system calls are given its address.
      const larger = new Uint8Array(new ArrayBuffer(size));
      larger.set(this.bytes.subarray(start, this.end));
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    } else if (left > 0) {
      this.bytes.copyWithin(0, start, this.end);
    }
    this.end = left;
  }
}
