const FIRST_WORDS = 32_768;

/** Ones among 32 bits (Hacker's Delight, section 5-1). */
function ones(word: number): number {
  let w = word - ((word >>> 1) & 0x55555555);
  w = (w & 0x33333333) + ((w >>> 2) & 0x33333333);
  w = (w + (w >>> 4)) & 0x0f0f0f0f;
  return Math.imul(w, 0x01010101) >>> 24;
}

/** A set of integers from 0, one bit each, in an array that doubles. */
export class Bitmap {
  private words = new Int32Array(FIRST_WORDS);

  has(index: number): boolean {
    return (this.words[Math.floor(index / 32)] & (1 << (index & 31))) !== 0;
  }

  add(index: number): void {
    const word = Math.floor(index / 32);
    if (word >= this.words.length) this.grow(word);
    this.words[word] |= 1 << (index & 31);
  }

  /** Members among first..end-1, and runs of consecutive non-members. */
  count(first: number, end: number): { present: number; absentRuns: number } {
    let present = 0;
    let absentRuns = 0;
    let absentBefore = 0;
    for (let base = first - (first % 32); base < end; base += 32) {
      const from = base < first ? -1 << (first - base) : -1;
      const to = base + 32 > end ? ~(-1 << (end - base)) : -1;
      const inRange = from & to;
      const word = this.words[base / 32] ?? 0;
      const absent = ~word & inRange;
      present += ones(word & inRange);
      absentRuns += ones(absent & ~((absent << 1) | absentBefore));
      absentBefore = absent >>> 31;
    }
    return { present, absentRuns };
  }

  /** Runs of consecutive non-members among first..end-1, in order: `from` is the first of a run, `to` the one behind it. */
  *absent(first: number, end: number): Generator<{ readonly from: number; readonly to: number }> {
    for (let at = first; at < end; ) {
      if (this.words[Math.floor(at / 32)] === -1) {
        at += 32 - (at % 32);
      } else if (this.has(at)) {
        at++;
      } else {
        const from = at;
        while (at < end && !this.has(at)) at++;
        yield { from, to: at };
      }
    }
  }

  private grow(word: number): void {
    const words = new Int32Array(2 ** Math.ceil(Math.log2(word + 1)));
    words.set(this.words);
    this.words = words;
  }
}
