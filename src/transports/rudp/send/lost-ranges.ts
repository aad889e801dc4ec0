import { Rows } from './rows.ts';

/**
 * What has to be sent again: disjoint ranges of offsets, lowest first. Ranges that touch stay apart, since each is what one frame
 * carried, and its repetition should be that frame again.
 */
export class LostRanges {
  /** Start, end. */
  readonly #rows = new Rows(2);

  get empty(): boolean {
    return this.#rows.empty;
  }

  /** Of the lowest range; there must be one. */
  get start(): number {
    return this.#rows.values[this.#rows.first];
  }

  get end(): number {
    return this.#rows.values[this.#rows.first + 1];
  }

  /** Adds those parts of [start, end) that are not in yet. */
  add(start: number, end: number): void {
    const rows = this.#rows;
    let from = start;
    let at = this.#endingBehind(start);
    while (from < end) {
      const next = at < rows.end ? rows.values[at] : Infinity;
      if (from < next) {
        at = rows.insert(at);
        rows.values[at] = from;
        rows.values[at + 1] = Math.min(end, next);
      }
      from = rows.values[at + 1];
      at += 2;
    }
  }

  /** Takes [start, end) out. */
  subtract(start: number, end: number): void {
    const rows = this.#rows;
    if (rows.empty || end <= this.start) return;
    let at = this.#endingBehind(start);
    while (at < rows.end && rows.values[at] < end) {
      const from = rows.values[at];
      const to = rows.values[at + 1];
      if (from < start) {
        rows.values[at + 1] = start;
        at += 2;
        if (to <= end) continue;
        at = rows.insert(at);
        rows.values[at] = end;
        rows.values[at + 1] = to;
      } else if (to > end) {
        rows.values[at] = end;
      } else {
        const wasFirst = at === rows.first;
        rows.remove(at);
        if (wasFirst) at = rows.first;
      }
    }
  }

  /** Takes the first `length` bytes off the lowest range, which has so many. */
  shift(length: number): void {
    const rows = this.#rows;
    if (this.start + length < this.end) rows.values[rows.first] += length;
    else rows.shift();
  }

  /** Place of the first range that ends behind `offset`. */
  #endingBehind(offset: number): number {
    const { values, first, end } = this.#rows;
    if (first === end || values[end - 1] <= offset) return end;
    let low = first >> 1;
    let high = (end >> 1) - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[2 * middle + 1] <= offset) low = middle + 1;
      else high = middle;
    }
    return 2 * low;
  }
}
