import type { Received } from './received.ts';

const MOST = 8192;
const FIRST_CAPACITY = 16;

const START = 0;
const END = 1;
const REACH = 2;
const WIDTH = 3;

/**
 * Messages of which some bytes are in but not all, ascending by where they start. Of one whose prefix is missing the end is not
 * known: pieces that started inside it are taken to be its own as far as they reach, until it is.
 */
export class Partials {
  count = 0;
  #rows = new Float64Array(WIDTH * FIRST_CAPACITY);

  /** As many as are kept track of. */
  get isFull(): boolean {
    return this.count >= MOST;
  }

  start(i: number): number {
    return this.#rows[WIDTH * i + START];
  }

  /** 0: not known yet. */
  end(i: number): number {
    return this.#rows[WIDTH * i + END];
  }

  setEnd(i: number, end: number): void {
    this.#rows[WIDTH * i + END] = end;
  }

  /** How far the pieces reach that came before the end was known. */
  reach(i: number): number {
    return this.#rows[WIDTH * i + REACH];
  }

  setReach(i: number, reach: number): void {
    if (reach > this.reach(i)) this.#rows[WIDTH * i + REACH] = reach;
  }

  /** Index of the message that starts at `start`; -1: none. */
  find(start: number): number {
    const i = this.#place(start);
    return i < this.count && this.start(i) === start ? i : -1;
  }

  /** How far the piece reaches, taken to be of a message in front, that has the byte at `offset`; 0: there is none. */
  coveredTo(offset: number): number {
    const i = this.#place(offset) - 1;
    return i >= 0 && this.end(i) === 0 && this.reach(i) > offset ? this.reach(i) : 0;
  }

  /** `start` must not be there yet; returns its index. */
  add(start: number): number {
    const i = this.#place(start);
    if (WIDTH * this.count === this.#rows.length) this.#grow();
    this.#rows.copyWithin(WIDTH * (i + 1), WIDTH * i, WIDTH * this.count);
    this.#rows.fill(0, WIDTH * i, WIDTH * (i + 1));
    this.#rows[WIDTH * i + START] = start;
    this.count++;
    return i;
  }

  remove(i: number): void {
    this.#removeRange(i, i + 1);
  }

  /** Nothing below `offset` will come any more: forgets the messages that lack some of it. */
  abandon(offset: number, received: Received): void {
    const below = this.#place(offset);
    let kept = 0;
    for (let i = 0; i < below; i++) {
      if (received.has(this.start(i), offset)) this.#rows.copyWithin(WIDTH * kept++, WIDTH * i, WIDTH * (i + 1));
    }
    this.#removeRange(kept, below);
  }

  /** Forgets the messages that start below `offset`. */
  removeBelow(offset: number): void {
    this.#removeRange(0, this.#place(offset));
  }

  #removeRange(from: number, to: number): void {
    if (from === to) return;
    this.#rows.copyWithin(WIDTH * from, WIDTH * to, WIDTH * this.count);
    this.count -= to - from;
  }

  /** Index of the first that starts at `start` or after it. */
  #place(start: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.start(middle) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const rows = new Float64Array(2 * this.#rows.length);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}
