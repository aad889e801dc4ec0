import { RangeSet } from '../ranges.ts';

/** Holes that are kept track of; with that many the sender is not told of more being received until some are filled. */
const MAX_RANGES = 8192;

/** Which offsets have been received, or need not be waited for. */
export class Received {
  /** Everything below is in; the byte at this offset is not. */
  contiguous = 0;
  readonly #beyond = new RangeSet();

  /** All of [start, end), which is not empty. */
  has(start: number, end: number): boolean {
    return end <= this.contiguous || (start > this.contiguous && this.#beyond.contains(start, end));
  }

  /** Nothing at `start` or above it is in. */
  isNewest(start: number): boolean {
    const { count } = this.#beyond;
    return start >= (count === 0 ? this.contiguous : this.#beyond.end(count - 1));
  }

  /** Nothing of [start, end) is in. */
  isFree(start: number, end: number): boolean {
    const beyond = this.#beyond;
    if (start < this.contiguous) return false;
    let low = 0;
    let high = beyond.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (beyond.end(middle) <= start) low = middle + 1;
      else high = middle;
    }
    return low === beyond.count || beyond.start(low) >= end;
  }

  /** A range that begins at `contiguous` and ends at `end` touches nothing that came ahead of it. */
  isApart(end: number): boolean {
    return this.#beyond.count === 0 || end < this.#beyond.start(0);
  }

  /** [start, end) would be one range too many. */
  isFull(start: number, end: number): boolean {
    const beyond = this.#beyond;
    if (beyond.count < MAX_RANGES || start <= this.contiguous) return false;
    return !beyond.has(start - 1) && !beyond.has(end);
  }

  add(start: number, end: number): void {
    if (start > this.contiguous) this.#beyond.add(start, end);
    else if (end > this.contiguous) this.advance(end);
  }

  /** Takes everything below `to`, which is above `contiguous`, as in. */
  advance(to: number): void {
    const beyond = this.#beyond;
    this.contiguous = to;
    if (beyond.count === 0) return;
    beyond.remove(to);
    if (beyond.count === 0 || beyond.start(0) > to) return;
    this.contiguous = beyond.end(0);
    beyond.dropSmallest();
  }

  /** Bytes of [start, end) that are in; goes through the ranges one by one. */
  count(start: number, end: number): number {
    const beyond = this.#beyond;
    let bytes = Math.max(0, Math.min(end, this.contiguous) - start);
    for (let i = 0; i < beyond.count; i++) {
      bytes += Math.max(0, Math.min(end, beyond.end(i)) - Math.max(start, beyond.start(i)));
    }
    return bytes;
  }
}
