import { StreamReader } from './stream-reader.ts';

/** Messages on a byte stream: u32 little-endian length, then that many bytes. */
export const FRAME_HEADER_BYTES = 4;

export class FrameError extends Error {}

/**
 * Cuts a byte stream into messages without copying them: bytes are read into `bytes` at `end`, `cut` finds the whole
 * messages among them, and a message that is not complete yet moves to the front before the next read.
 */
export class FrameReader extends StreamReader {
  readonly #maxMessageBytes: number;
  #start = 0;

  constructor(mostBytes: number, maxMessageBytes: number) {
    super(mostBytes);
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** @throws FrameError for a length above the maximum: not our protocol. */
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

  /** Makes room for the whole of the unfinished message if need be. */
  compact(): void {
    const left = this.end - this.#start;
    const needed = left < FRAME_HEADER_BYTES ? 0 : FRAME_HEADER_BYTES + this.view.getUint32(this.#start, true);
    this.keep(this.#start, Math.max(needed, this.wanted));
    this.#start = 0;
  }
}
