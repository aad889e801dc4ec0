import { createHash, type Hash } from 'node:crypto';
import type { Batch } from '../../../src/io/batch.ts';
import { seeded } from '../../../src/stats/xoshiro.ts';

const NOISE_BYTES = 1 << 16;
const STEP = 977;
/** From this size on a message says which one it is. */
const NUMBERED_BYTES = 8;

/** Bytes of messages that are all different, so that a wrong, damaged or displaced one is noticed. */
export class Messages {
  readonly sizes: readonly number[];
  readonly #noise: Uint8Array;

  /** Sizes: of one after the other, over and over. */
  constructor(sizes: number | readonly number[], seed: number) {
    this.sizes = typeof sizes === 'number' ? [sizes] : sizes;
    const random = seeded(seed);
    this.#noise = Uint8Array.from({ length: NOISE_BYTES + Math.max(...this.sizes) }, () => random() * 256);
  }

  size(index: number): number {
    return this.sizes[index % this.sizes.length];
  }

  write(index: number, into: Uint8Array, at: number): void {
    const size = this.size(index);
    const from = (index * STEP) % NOISE_BYTES;
    into.set(this.#noise.subarray(from, from + size), at);
    if (size >= NUMBERED_BYTES) for (let i = 0; i < 4; i++) into[at + i] = index >>> (24 - 8 * i);
  }

  /** Which one it is; -1: none of them, or damaged. Of numbered ones only. */
  indexOf(bytes: Uint8Array): number {
    if (bytes.length < NUMBERED_BYTES) return -1;
    const index = ((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) >>> 0;
    if (bytes.length !== this.size(index)) return -1;
    const from = (index * STEP) % NOISE_BYTES;
    return Buffer.compare(bytes.subarray(4), this.#noise.subarray(from + 4, from + bytes.length)) === 0 ? index : -1;
  }
}

/** What has arrived of them. */
export class Arrivals {
  /** Messages and their bytes. */
  count = 0;
  bytes = 0;
  /** Which ones, in the order of their arrival, and when; of numbered ones, and only where it is kept. */
  readonly indices: number[] = [];
  readonly times: number[] = [];
  /** Of those that are kept, with their lengths. */
  readonly digest: Hash = createHash('sha256');
  readonly #messages: Messages | undefined;

  constructor(messages: Messages | undefined) {
    this.#messages = messages;
  }

  add(batch: Batch, now: number): void {
    const { bytes, offsets, lengths, count } = batch;
    this.count += count;
    for (let i = 0; i < count; i++) {
      this.bytes += lengths[i];
      if (!this.#messages) continue;
      const message = bytes.subarray(offsets[i], offsets[i] + lengths[i]);
      this.digest.update(`${lengths[i]} `).update(message);
      this.indices.push(this.#messages.indexOf(message));
      this.times.push(now);
    }
  }
}
