const FIRST_WORDS = 1;

/** What became of one sender's messages at one reader, for all pairs of them that share a room. Allocates nothing per message. */
export class Ledger {
  /** First copies, copies beyond them, and first copies that came after one with a higher number. */
  delivered = 0;
  duplicates = 0;
  violations = 0;
  readonly #next: Int32Array;
  /** A bit per number, `words` words per pair. */
  #seen: Uint32Array;
  #words = FIRST_WORDS;

  constructor(pairs: number) {
    this.#next = new Int32Array(pairs);
    this.#seen = new Uint32Array(pairs * FIRST_WORDS);
  }

  /** True for the first copy. */
  add(pair: number, sequence: number): boolean {
    if (sequence >= 32 * this.#words) this.#grow(sequence);
    const word = pair * this.#words + (sequence >>> 5);
    const bit = 1 << (sequence & 31);
    if (this.#seen[word] & bit) {
      this.duplicates++;
      return false;
    }
    this.#seen[word] |= bit;
    this.delivered++;
    if (sequence >= this.#next[pair]) this.#next[pair] = sequence + 1;
    else this.violations++;
    return true;
  }

  #grow(sequence: number): void {
    let words = this.#words;
    while (sequence >= 32 * words) words *= 2;
    const seen = new Uint32Array(this.#next.length * words);
    for (let pair = 0; pair < this.#next.length; pair++) {
      for (let i = 0; i < this.#words; i++) seen[pair * words + i] = this.#seen[pair * this.#words + i];
    }
    this.#seen = seen;
    this.#words = words;
  }
}

/** Jain's index (Jain, Chiu, Hawe 1984): 1 where all have the same, 1/n where one has all; undefined where nobody has anything. */
export function jainIndex(shares: ArrayLike<number>): number | undefined {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < shares.length; i++) {
    sum += shares[i];
    squares += shares[i] * shares[i];
  }
  return squares > 0 ? (sum * sum) / (shares.length * squares) : undefined;
}
