const FIRST_ROWS = 16;

/**
 * Rows of `width` numbers, side by side in one array that doubles when it is full. Rows are spoken of by their place: the
 * index in `values` of their first number. Taking off the front moves nothing; `insert` makes all places known before invalid.
 */
export class Rows {
  values: Float64Array;
  readonly width: number;
  /** Place of the first row, and the place behind the last one. */
  first = 0;
  end = 0;

  constructor(width: number) {
    this.width = width;
    this.values = new Float64Array(FIRST_ROWS * width);
  }

  get empty(): boolean {
    return this.first === this.end;
  }

  /** Opens a row before the one at `place` (`end`: behind all others), and returns where it is. */
  insert(place: number): number {
    const { width } = this;
    if (place === this.first && place >= width) {
      this.first -= width;
      return this.first;
    }
    const before = place - this.first;
    if (this.end === this.values.length) this.#makeRoom();
    const at = this.first + before;
    this.values.copyWithin(at + width, at, this.end);
    this.end += width;
    return at;
  }

  /** The row behind is then at `place`, unless that was the first row. */
  remove(place: number): void {
    if (place === this.first) return this.shift();
    this.values.copyWithin(place, place + this.width, this.end);
    this.end -= this.width;
  }

  /** Takes the first row off. */
  shift(): void {
    this.first += this.width;
    if (this.first < this.end) return;
    this.first = 0;
    this.end = 0;
  }

  /** Moves the rows to the front, of an array twice as long when more than half of this one is in use. */
  #makeRoom(): void {
    const used = this.values.subarray(this.first, this.end);
    if (2 * used.length > this.values.length) this.values = new Float64Array(2 * this.values.length);
    this.values.set(used);
    this.first = 0;
    this.end = used.length;
  }
}
