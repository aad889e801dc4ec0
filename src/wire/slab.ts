import { HEADER_BYTES, writeHeader } from './message.ts';

/**
 * Messages of one size laid out back to back, each behind the headroom that its transport asks for, filled once with
 * bytes that do not compress and stamped anew for every use.
 */
export class MessageSlab {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly stride: number;
  readonly #view: DataView;
  readonly #headroom: number;

  /** As many messages as fit into `budget` bytes, at least one. */
  constructor(messageBytes: number, headroom: number, budget: number) {
    this.#headroom = headroom;
    this.stride = headroom + messageBytes;
    this.count = Math.max(1, Math.floor(budget / this.stride));
    // A buffer of its own: system calls are given its address.
    const buffer = new ArrayBuffer(Math.max(64, this.count * this.stride));
    this.bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    for (let at = 0; at < buffer.byteLength; at += 65_536) crypto.getRandomValues(this.bytes.subarray(at, at + 65_536));
  }

  /** Numbers `count` messages from index `from` on: sequence.. at `intended`, `intended + step`, ... */
  stamp(from: number, count: number, trial: number, sequence: number, intended: number, step: number): void {
    const { stride } = this;
    const view = this.#view;
    let at = from * stride + this.#headroom;
    for (let i = 0; i < count; i++, at += stride) writeHeader(view, at, trial, sequence + i, intended + i * step);
  }
}

export const MIN_MESSAGE_BYTES: number = HEADER_BYTES;
