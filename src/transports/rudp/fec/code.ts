import { divide, multiply } from './gf256.ts';

/** Members and repairs of a block, together. */
export const MOST_SYMBOLS = 255;
const LANES = 4;
const VALUES = 256;

/**
 * What member `i` of a block counts in repair symbol `j`, both from 0 and together below 255. The matrix is Cauchy's, 1 / (x_j ^ y_i)
 * with x_j = 255 ^ j and y_i = i, its columns scaled such that row 0 is all 1: each of its square parts has an inverse, so any
 * n repairs stand for any n members. It is the same for every size of block.
 */
export function coefficient(j: number, i: number): number {
  return divide(255 ^ i, 255 ^ i ^ j);
}

/**
 * The products of every byte with up to `count` coefficients, four of them in each word, so that one look-up per byte of a symbol
 * serves four sums. Words 256 n to 256 n + 255 belong to coefficients 4 n to 4 n + 3.
 */
export function productsOf(count: number, coefficientAt: (sum: number) => number): Int32Array {
  const words = new Int32Array(VALUES * Math.ceil(count / LANES));
  for (let from = 0; from < words.length; from += VALUES) {
    for (let bit = 1; bit < VALUES; bit <<= 1)
      words[from + bit] = productsWith(bit, from / VALUES, count, coefficientAt);
    // Multiplication is linear: the rest are sums of those.
    for (let value = 3; value < VALUES; value++) {
      const lowest = value & -value;
      if (value !== lowest) words[from + value] = words[from + lowest] ^ words[from + (value ^ lowest)];
    }
  }
  return words;
}

function productsWith(value: number, group: number, count: number, coefficientAt: (sum: number) => number): number {
  let word = 0;
  for (let lane = 0; lane < LANES && LANES * group + lane < count; lane++) {
    word |= multiply(value, coefficientAt(LANES * group + lane)) << (8 * lane);
  }
  return word;
}

/** Of all members of a block in its `r` repair symbols; made when first asked for. */
export class MemberProducts {
  readonly #r: number;
  readonly #made: Int32Array[] = [];

  constructor(r: number) {
    this.#r = r;
  }

  of(member: number): Int32Array {
    this.#made[member] ??= productsOf(this.#r, (j) => coefficient(j, member));
    return this.#made[member];
  }
}

/** Weighted sums of symbols, up to `most` of them gathered at the same time. Symbols are as if padded with zeros. */
export class SymbolSums {
  /** Bytes of the longest symbol that was added. */
  length = 0;
  /** One array per four sums, as in `productsOf`. */
  readonly #groups: Int32Array[];
  #used = 0;

  constructor(most: number) {
    this.#groups = Array.from({ length: Math.ceil(most / LANES) }, () => new Int32Array(0));
  }

  /** Starts again, for the first `count` sums. */
  clear(count: number): void {
    this.length = 0;
    this.#used = Math.ceil(count / LANES);
    for (let group = 0; group < this.#used; group++) this.#groups[group].fill(0);
  }

  /** Adds bytes[at...at + length), which stand at `position` of a symbol, with the weights in `products`. */
  add(products: Int32Array, position: number, bytes: Uint8Array, at: number, length: number): void {
    const end = position + length;
    if (end > this.length) this.length = end;
    for (let group = 0; group < this.#used; group++) {
      if (this.#groups[group].length < end) this.#grow(group, end);
      accumulate(this.#groups[group], position, products, VALUES * group, bytes, at, length);
    }
  }

  #grow(group: number, length: number): void {
    const words = new Int32Array(length);
    words.set(this.#groups[group]);
    this.#groups[group] = words;
  }

  /** Adds a sum, of which `length` bytes count, to into[at...], with the weight 1. */
  addTo(sum: number, length: number, into: Uint8Array, at: number): void {
    const words = this.#groups[Math.floor(sum / LANES)];
    const shift = 8 * (sum % LANES);
    for (let i = 0; i < length; i++) into[at + i] ^= words[i] >>> shift;
  }
}

/** Four at a time: half as fast again (Node 20). */
function accumulate(
  words: Int32Array,
  position: number,
  products: Int32Array,
  from: number,
  bytes: Uint8Array,
  at: number,
  length: number,
): void {
  const whole = length - (length & 3);
  let i = 0;
  for (; i < whole; i += 4) {
    const to = position + i;
    words[to] ^= products[from + bytes[at + i]];
    words[to + 1] ^= products[from + bytes[at + i + 1]];
    words[to + 2] ^= products[from + bytes[at + i + 2]];
    words[to + 3] ^= products[from + bytes[at + i + 3]];
  }
  for (; i < length; i++) words[position + i] ^= products[from + bytes[at + i]];
}
