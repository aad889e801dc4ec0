import { MIN_MESSAGE_BYTES } from '../../wire/slab.ts';

/** How a file, or the rest of it, is cut: chunk k holds what stands from `from + k * payloadBytes` on. Both ends agree on it. */
export interface Cut {
  /** Of every message of the transfer: strays of others are recognised. */
  readonly id: number;
  /** Length of the file. */
  readonly bytes: number;
  /** The first byte that is sent. */
  readonly from: number;
  /** Of a message, header included; that of the last one may be less. */
  readonly messageBytes: number;
}

/** The same, computed once. */
export class Chunking {
  readonly id: number;
  readonly from: number;
  readonly payloadBytes: number;
  readonly chunks: number;
  readonly #lastBytes: number;

  constructor({ id, bytes, from, messageBytes }: Cut) {
    this.id = id;
    this.from = from;
    this.payloadBytes = messageBytes - MIN_MESSAGE_BYTES;
    this.chunks = Math.ceil((bytes - from) / this.payloadBytes);
    this.#lastBytes = bytes - from - (this.chunks - 1) * this.payloadBytes;
  }

  offset(chunk: number): number {
    return this.from + chunk * this.payloadBytes;
  }

  /** Of the file, in this chunk. */
  length(chunk: number): number {
    return chunk === this.chunks - 1 ? this.#lastBytes : this.payloadBytes;
  }
}
