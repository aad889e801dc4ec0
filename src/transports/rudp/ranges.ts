const FIRST_CAPACITY = 8;

/**
 * Sorted, disjoint, half-open ranges of numbers, touching ones merged. They lie in the middle of an array of alternating
 * starts and ends: adding at either end and forgetting from the bottom move nothing, an insertion moves the shorter side.
 */
export class RangeSet {
  #bounds = new Float64Array(2 * FIRST_CAPACITY);
  /** Place of the first range, counted in ranges. */
  #first = FIRST_CAPACITY >> 1;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** First value of range `i` in [0, count), ascending. */
  start(i: number): number {
    return this.#bounds[2 * (this.#first + i)];
  }

  /** Behind the last value of range `i`. */
  end(i: number): number {
    return this.#bounds[2 * (this.#first + i) + 1];
  }

  /** False when all of [start, end) was in already, as an empty range always is. */
  add(start: number, end: number): boolean {
    if (!(start < end)) return false;
    const count = this.#count;
    if (count === 0 || start > this.end(count - 1)) {
      this.#insert(count, start, end);
      return true;
    }
    if (start >= this.start(count - 1)) return this.#widen(count - 1, count - 1, start, end);
    if (end < this.start(0)) {
      this.#insert(0, start, end);
      return true;
    }
    if (end <= this.end(0)) return this.#widen(0, 0, start, end);
    return this.#merge(start, end);
  }

  /** All of [start, end); true for an empty range. */
  contains(start: number, end: number): boolean {
    if (!(start < end)) return true;
    const i = this.#endingAtOrAfter(start);
    // A range that ends right at `start` does not touch the next one, so neither of them can hold `start`.
    return i < this.#count && this.start(i) <= start && end <= this.end(i);
  }

  has(value: number): boolean {
    return this.firstGap(value) !== value;
  }

  /** The smallest value >= `from` that is not in it. */
  firstGap(from: number): number {
    const i = this.#endingAtOrAfter(from);
    return i < this.#count && this.start(i) <= from ? this.end(i) : from;
  }

  /** Forgets everything below `before`, cutting the range that it lies in. */
  remove(before: number): void {
    while (this.#count > 0 && this.end(0) <= before) this.dropSmallest();
    if (this.#count > 0 && this.start(0) < before) this.#bounds[2 * this.#first] = before;
  }

  /** Forgets the first range, if there is one. */
  dropSmallest(): void {
    if (this.#count === 0) return;
    this.#first++;
    this.#count--;
  }

  clear(): void {
    this.#first = this.#bounds.length >> 2;
    this.#count = 0;
  }

  /** Index of the first range that ends at `value` or after it; `count` when there is none. */
  #endingAtOrAfter(value: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.end(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Adds what touches or overlaps any number of ranges, or none. */
  #merge(start: number, end: number): boolean {
    const from = this.#endingAtOrAfter(start);
    if (end < this.start(from)) {
      this.#insert(from, start, end);
      return true;
    }
    let to = from;
    while (to + 1 < this.#count && this.start(to + 1) <= end) to++;
    return this.#widen(from, to, start, end);
  }

  /** Makes one range of those at from..to and [start, end), which touches them all. */
  #widen(from: number, to: number, start: number, end: number): boolean {
    const before = this.start(from);
    const behind = this.end(to);
    if (from === to && before <= start && end <= behind) return false;
    this.#drop(from, to - from);
    this.#set(from, Math.min(before, start), Math.max(behind, end));
    return true;
  }

  #set(i: number, start: number, end: number): void {
    const at = 2 * (this.#first + i);
    this.#bounds[at] = start;
    this.#bounds[at + 1] = end;
  }

  #insert(i: number, start: number, end: number): void {
    const down = i < this.#count - i;
    if (down ? this.#first === 0 : 2 * (this.#first + this.#count) === this.#bounds.length) this.#makeRoom();
    const at = this.#first + i;
    if (down) {
      this.#bounds.copyWithin(2 * (this.#first - 1), 2 * this.#first, 2 * at);
      this.#first--;
    } else if (i < this.#count) {
      this.#bounds.copyWithin(2 * (at + 1), 2 * at, 2 * (this.#first + this.#count));
    }
    this.#count++;
    this.#set(i, start, end);
  }

  /** Takes `size` ranges out, from index `i` on. */
  #drop(i: number, size: number): void {
    if (size === 0) return;
    const at = this.#first + i;
    const behind = this.#count - i - size;
    if (i < behind) {
      this.#bounds.copyWithin(2 * (this.#first + size), 2 * this.#first, 2 * at);
      this.#first += size;
    } else {
      this.#bounds.copyWithin(2 * at, 2 * (at + size), 2 * (at + size + behind));
    }
    this.#count -= size;
  }

  /** Puts the ranges into the middle, of an array twice as long when more than half of this one is in use. */
  #makeRoom(): void {
    const from = this.#bounds;
    const capacity = from.length >> 1;
    const wanted = 2 * this.#count > capacity ? 2 * capacity : capacity;
    const first = (wanted - this.#count) >> 1;
    const used = from.subarray(2 * this.#first, 2 * (this.#first + this.#count));
    if (wanted > capacity) this.#bounds = new Float64Array(2 * wanted);
    this.#bounds.set(used, 2 * first);
    this.#first = first;
  }
}
