import { Extents } from './extents.ts';

/** Messages on a byte stream: u32 little-endian length, then that many bytes. */
export const FRAME_HEADER_BYTES = 4;

export class FrameError extends Error {}

/**
 * Cuts a byte stream into messages without copying them: bytes are read into `bytes` at `end`, `cut` finds the whole
 * messages among them, and a message that is not complete yet moves to the front before the next read.
 */
export class FrameReader extends Extents {
  bytes: Uint8Array;
  view: DataView;
  end = 0;
  arrival = 0;
  readonly #maxMessageBytes: number;
  #start = 0;

  constructor(bufferBytes: number, maxMessageBytes: number) {
    super();
    this.#maxMessageBytes = maxMessageBytes;
    this.bytes = new Uint8Array(new ArrayBuffer(bufferBytes));
    this.view = new DataView(this.bytes.buffer);
  }

  get room(): number {
    return this.bytes.length - this.end;
  }

  /** After `count` more bytes were read at `end`. @throws FrameError for a length above the maximum: not our protocol. */
  cut(count: number, now: number): void {
    this.end += count;
    this.arrival = now;
    this.count = 0;
    while (this.end - this.#start >= FRAME_HEADER_BYTES) {
      const length = this.view.getUint32(this.#start, true);
      if (length > this.#maxMessageBytes) {
        throw new FrameError(
          `a message of ${length} bytes was announced, at most ${this.#maxMessageBytes} are accepted`,
        );
      }
      if (this.end - this.#start - FRAME_HEADER_BYTES < length) break;
      this.add(this.#start + FRAME_HEADER_BYTES, length);
      this.#start += FRAME_HEADER_BYTES + length;
    }
  }

  /** After the messages were used: makes room, for the whole of the unfinished one if need be. */
  compact(): void {
    const left = this.end - this.#start;
    const needed = left < FRAME_HEADER_BYTES ? 0 : FRAME_HEADER_BYTES + this.view.getUint32(this.#start, true);
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(new ArrayBuffer(needed));
      larger.set(this.bytes.subarray(this.#start, this.end));
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    } else if (left > 0) {
      this.bytes.copyWithin(0, this.#start, this.end);
    }
    this.#start = 0;
    this.end = left;
  }
}
