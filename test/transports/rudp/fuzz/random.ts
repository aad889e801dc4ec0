import { seeded } from '../../../../src/stats/xoshiro.ts';

const POOL_BYTES = 1 << 16;
/** Where the lengths of varints change, and where numbers stop being exact. */
const EDGES = [0, 1, 0x3f, 0x40, 0x3fff, 0x4000, 0x3fff_ffff, 0x4000_0000, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER];

/** Draws of one case: all of it follows from one seed. */
export class Random {
  readonly next: () => number;
  readonly #pool: Uint8Array;

  constructor(seed: number) {
    this.next = seeded(seed);
    const words = new Uint32Array(POOL_BYTES / 4);
    for (let i = 0; i < words.length; i += 1) words[i] = this.next() * 2 ** 32;
    this.#pool = new Uint8Array(words.buffer);
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** An integer in [from, to]. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** Of memory of its own. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const from = this.below(POOL_BYTES - length);
    return this.#pool.slice(from, from + length) as Uint8Array<ArrayBuffer>;
  }

  uint32(): number {
    return this.below(2 ** 32);
  }

  /** What a varint can say: an edge, or a number of any magnitude. */
  varint(): number {
    if (this.chance(0.3)) return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, this.pick(EDGES) + this.between(-1, 1)));
    return Math.floor(2 ** (this.next() * 53));
  }

  /** Near `centre`, or far from it. */
  around(centre: number): number {
    if (this.chance(0.1)) return this.varint();
    const spread = 2 ** this.below(22);
    return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, centre + this.between(-spread, spread)));
  }
}
