import type { Batch } from '../../../src/io/batch.ts';
import { seeded } from '../../../src/stats/xoshiro.ts';
import { Digest } from './digest.ts';

const NOISE_BYTES = 1 << 16;
const STEP = 977;
/** From this size on a message says which one it is. */
const NUMBERED_BYTES = 8;

/** From anywhere in the first 64 KiB there is a message of any size that was asked for. */
let noise = new Uint8Array(0);

function noiseFor(bytes: number): Uint8Array {
  if (noise.length < NOISE_BYTES + bytes) {
    const random = seeded(1);
    noise = Uint8Array.from({ length: 2 * (NOISE_BYTES + bytes) }, () => random() * 256);
  }
  return noise;
}

/** Bytes of messages that are all different, so that a wrong, damaged or displaced one is noticed. */
export class Messages {
  readonly sizes: readonly number[];
  readonly #noise: Uint8Array;
  readonly #seed: number;

  /** Sizes: of one after the other, over and over. */
  constructor(sizes: number | readonly number[], seed: number) {
    this.sizes = typeof sizes === 'number' ? [sizes] : sizes;
    this.#seed = seed;
    this.#noise = noiseFor(Math.max(...this.sizes));
  }

  size(index: number): number {
    return this.sizes[index % this.sizes.length];
  }

  write(index: number, into: Uint8Array, at: number): void {
    const size = this.size(index);
    const from = this.#from(index);
    into.set(this.#noise.subarray(from, from + size), at);
    if (size >= NUMBERED_BYTES) for (let i = 0; i < 4; i++) into[at + i] = index >>> (24 - 8 * i);
  }

  /** Which one it is; -1: none of them, or damaged. Of numbered ones only. */
  indexOf(bytes: Uint8Array): number {
    if (bytes.length < NUMBERED_BYTES) return -1;
    const index = ((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) >>> 0;
    if (bytes.length !== this.size(index)) return -1;
    const from = this.#from(index);
    const expected = this.#noise.subarray(from + 4, from + bytes.length);
    return Buffer.compare(bytes.subarray(4), expected) === 0 ? index : -1;
  }

  #from(index: number): number {
    return (index * STEP + this.#seed) % NOISE_BYTES;
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
  readonly digest: Digest = new Digest();
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
      this.digest.add(message);
      this.indices.push(this.#messages.indexOf(message));
      this.times.push(now);
    }
  }
}
