import type { Batch } from '../batch.ts';
import type { Peer } from '../datagram.ts';

/** Most datagrams of a batch, as where the kernel gathers them (UDP_GRO). */
export const BATCH_LENGTH = 64;
const FIRST_BYTES = 2048;
const NO_BYTES = new Uint8Array(0);

/** What has arrived at a socket and was not read yet, in the order of arrival. */
export class Inbox {
  count = 0;
  /** Payload bytes. */
  used = 0;
  #bytes = NO_BYTES;
  #view = new DataView(NO_BYTES.buffer);
  readonly #ends: number[] = [];
  readonly #peers: Peer[] = [];

  /** Takes a copy of `from[offset..offset + size]`. */
  add(from: Uint8Array, offset: number, size: number, peer: Peer): void {
    const end = this.used + size;
    if (end > this.#bytes.length) this.#grow(end);
    this.#bytes.set(from.subarray(offset, offset + size), this.used);
    this.#ends[this.count] = end;
    this.#peers[this.count++] = peer;
    this.used = end;
  }

  peer(index: number): Peer {
    return this.#peers[index];
  }

  /** Puts the datagrams from `first` on into `batch` that one peer has sent, as many as fit; returns the index behind them. */
  gather(batch: ArrivalBatch, first: number, arrival: number): number {
    const peer = this.#peers[first];
    const past = Math.min(this.count, first + BATCH_LENGTH);
    let at = first;
    let start = first > 0 ? this.#ends[first - 1] : 0;
    for (; at < past && this.#peers[at] === peer; at++) {
      batch.offsets[at - first] = start;
      batch.lengths[at - first] = this.#ends[at] - start;
      start = this.#ends[at];
    }
    batch.bytes = this.#bytes;
    batch.view = this.#view;
    batch.count = at - first;
    batch.arrival = arrival;
    return at;
  }

  clear(): void {
    this.count = 0;
    this.used = 0;
  }

  #grow(atLeast: number): void {
    let length = Math.max(FIRST_BYTES, this.#bytes.length);
    while (length < atLeast) length *= 2;
    const bytes = new Uint8Array(length);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Refers to the memory of an inbox; used again and again. */
export class ArrivalBatch implements Batch {
  bytes: Uint8Array = NO_BYTES;
  view: DataView = new DataView(NO_BYTES.buffer);
  readonly offsets = new Uint32Array(BATCH_LENGTH);
  readonly lengths = new Uint32Array(BATCH_LENGTH);
  count = 0;
  arrival = 0;
}
