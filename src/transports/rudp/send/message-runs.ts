import { Rows } from './rows.ts';

const START = 0;
const END = 1;
const STRIDE = 2;
const TAKEN_AT = 3;
const WIDTH = 4;

/**
 * Where messages begin and end in the sequence of bytes, and when each was taken: runs of messages of one size and time, from the
 * lowest offset that somebody may still ask for. Offsets that are asked for lie inside it, or right behind it.
 */
export class MessageRuns {
  readonly #rows = new Rows(WIDTH);
  /** Place of the run that was found last: what comes next is mostly in the same. */
  #found = 0;

  /** `count` messages of `stride` bytes each, from `start`: right behind the last ones. `takenAt` never goes back. */
  push(start: number, stride: number, count: number, takenAt: number): void {
    const rows = this.#rows;
    const end = start + stride * count;
    const last = rows.end - WIDTH;
    if (!rows.empty && rows.values[last + STRIDE] === stride && rows.values[last + TAKEN_AT] === takenAt) {
      rows.values[last + END] = end;
      return;
    }
    const at = rows.insert(rows.end);
    rows.values[at + START] = start;
    rows.values[at + END] = end;
    rows.values[at + STRIDE] = stride;
    rows.values[at + TAKEN_AT] = takenAt;
  }

  /** Forgets the runs that end at `offset` or before it. */
  dropBefore(offset: number): void {
    const rows = this.#rows;
    while (!rows.empty && rows.values[rows.first + END] <= offset) rows.shift();
  }

  /** Where the message begins that has the byte at `offset`; right behind the last message: that place. */
  boundary(offset: number): number {
    const at = this.#find(offset);
    if (at < 0) return offset;
    const { values } = this.#rows;
    const start = values[at + START];
    const stride = values[at + STRIDE];
    return start + stride * Math.floor((offset - start) / stride);
  }

  /** Behind the message that has the byte at `offset`. */
  messageEnd(offset: number): number {
    const at = this.#find(offset);
    return at < 0 ? offset : this.boundary(offset) + this.#rows.values[at + STRIDE];
  }

  /** Where the first message begins that was taken at `time` or later; `none` when there is none. */
  takenSince(time: number, none: number): number {
    const { values, first, end } = this.#rows;
    if (first === end || values[end - WIDTH + TAKEN_AT] < time) return none;
    let low = first / WIDTH;
    let high = end / WIDTH - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle * WIDTH + TAKEN_AT] < time) low = middle + 1;
      else high = middle;
    }
    return values[low * WIDTH + START];
  }

  /** Messages that have a byte in [from, to), which is not empty. */
  count(from: number, to: number): number {
    const { values, end } = this.#rows;
    let messages = 0;
    for (let at = this.#find(from); at >= 0 && at < end && values[at + START] < to; at += WIDTH) {
      const start = values[at + START];
      const stride = values[at + STRIDE];
      const before = Math.floor((Math.max(from, start) - start) / stride);
      messages += Math.ceil((Math.min(to, values[at + END]) - start) / stride) - before;
    }
    return messages;
  }

  /** Place of the run that has the byte at `offset`; -1 when there is none. */
  #find(offset: number): number {
    const { values, first, end } = this.#rows;
    for (let at = Math.max(first, this.#found); at < end && at <= this.#found + WIDTH; at += WIDTH) {
      if (values[at + START] <= offset && offset < values[at + END]) {
        this.#found = at;
        return at;
      }
    }
    if (first === end || offset >= values[end - WIDTH + END] || offset < values[first + START]) return -1;
    let low = first / WIDTH;
    let high = end / WIDTH - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle * WIDTH + END] <= offset) low = middle + 1;
      else high = middle;
    }
    this.#found = low * WIDTH;
    return this.#found;
  }
}
