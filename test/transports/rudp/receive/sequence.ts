import fc from 'fast-check';
import { Taus113 } from '../../../../src/link/prng.ts';
import type { WindowOptions } from '../../../../src/transports/rudp/receive/credit.ts';
import type { ReceiveBuffer } from '../../../../src/transports/rudp/receive/receive-buffer.ts';
import { makeReceiveBuffer } from '../../../../src/transports/rudp/receive/receive-buffer.ts';
import type { Mode } from '../../../../src/transports/rudp/wire/parameters.ts';

export const PREFIX = 4;
/** Where frames are put for the buffer to read, as in the middle of datagrams. */
const DATAGRAM_BYTES = 1 << 18;

/** Messages of these sizes as they lie in a sequence; their bytes are random, so that no two of 4 bytes or more are alike. */
export class Sequence {
  readonly bytes: Uint8Array;
  /** Of the messages; the last element is the end of the sequence. */
  readonly starts: number[] = [0];

  constructor(sizes: readonly number[], seed = 1) {
    for (const size of sizes) this.starts.push((this.starts.at(-1) as number) + PREFIX + size);
    const words = new Uint32Array(Math.ceil(this.end / 4));
    const random = new Taus113(seed);
    for (let i = 0; i < words.length; i++) words[i] = random.next();
    this.bytes = new Uint8Array(words.buffer, 0, this.end);
    const view = new DataView(words.buffer);
    for (const [i, size] of sizes.entries()) view.setUint32(this.starts[i], 0x8000_0000 + size);
  }

  get end(): number {
    return this.starts.at(-1) as number;
  }

  get count(): number {
    return this.starts.length - 1;
  }

  /** Index of the message that has the byte at `offset`. */
  indexAt(offset: number): number {
    let low = 0;
    let high = this.count;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  message(i: number): Uint8Array {
    return this.bytes.subarray(this.starts[i] + PREFIX, this.starts[i + 1]);
  }

  messages(): Uint8Array[] {
    return Array.from({ length: this.count }, (_, i) => this.message(i));
  }
}

/** Feeds pieces of a sequence to a receive buffer and keeps copies of what it delivers. */
export class Feed {
  readonly buffer: ReceiveBuffer;
  readonly delivered: Uint8Array[] = [];
  readonly batches: { count: number; arrival: number }[] = [];
  arrival = 0;
  onBatch: () => void = () => {};
  readonly #sequence: Sequence;
  readonly #shift: number;
  readonly #datagrams = [new Uint8Array(DATAGRAM_BYTES), new Uint8Array(DATAGRAM_BYTES)];
  #used = 0;

  /** `shift`: offset of the sequence's first byte, to which the peer has skipped. */
  constructor(sequence: Sequence, mode: Mode, options: Partial<WindowOptions> = {}, shift = 0) {
    this.#sequence = sequence;
    this.#shift = shift;
    const window = 2 ** 24;
    this.buffer = makeReceiveBuffer(
      mode,
      { initialWindow: window, maxWindow: window, roundTripNs: NaN, ...options },
      (batch) => {
        this.batches.push({ count: batch.count, arrival: batch.arrival });
        if (batch.bytes.buffer !== batch.view.buffer) throw new Error('view and bytes are not the same memory');
        for (let i = 0; i < batch.count; i++) {
          const end = batch.offsets[i] + batch.lengths[i];
          if (end > batch.bytes.length) throw new Error('a message beyond the memory it lies in');
          this.delivered.push(batch.bytes.slice(batch.offsets[i], end));
        }
        this.onBatch();
      },
    );
    if (shift > 0) {
      this.buffer.onSkip(shift);
      this.buffer.advertise(0);
    }
  }

  /** Gives [from, to) of the sequence to the buffer as a frame. */
  give(from: number, to: number): boolean {
    const { bytes, starts } = this.#sequence;
    if (to - from > DATAGRAM_BYTES) throw new Error('larger than a datagram');
    if (this.#used + to - from > DATAGRAM_BYTES) this.flush();
    const datagram = this.#datagrams[0];
    const at = this.#used;
    this.#used += to - from;
    datagram.set(bytes.subarray(from, to), at);
    const head = from - starts[this.#sequence.indexAt(from)];
    const view = new DataView(datagram.buffer);
    return this.buffer.onData(datagram, view, at, to - from, this.#shift + from, head, this.arrival);
  }

  skip(to: number): void {
    this.buffer.onSkip(this.#shift + to);
  }

  /** The end of a batch of datagrams, the memory of which is used for something else then. */
  flush(): void {
    this.buffer.flush();
    this.#datagrams[0].fill(0xee, 0, this.#used);
    this.#datagrams.reverse();
    this.#used = 0;
    this.arrival++;
  }
}

/** [from, to) cut at random, with pieces of up to `most` bytes. */
export function cuts(from: number, to: number, most: number, below: (n: number) => number): [number, number][] {
  const pieces: [number, number][] = [];
  for (let at = from; at < to; ) {
    const next = Math.min(to, at + 1 + below(most));
    pieces.push([at, next]);
    at = next;
  }
  return pieces;
}

/** Frames as a sender makes them: they end where messages end, only a message larger than `room` is cut, and its last piece is a frame of its own. */
export function aligned(sequence: Sequence, room: number): [number, number][] {
  const pieces: [number, number][] = [];
  for (let at = 0; at < sequence.end; ) {
    const index = sequence.indexAt(at);
    const limit = at > sequence.starts[index] ? sequence.starts[index + 1] : sequence.end;
    const far = Math.min(limit, at + room);
    const boundary = far === sequence.end ? far : sequence.starts[sequence.indexAt(far)];
    const next = boundary > at ? boundary : far;
    pieces.push([at, next]);
    at = next;
  }
  return pieces;
}

export function shuffle<T>(items: T[], below: (n: number) => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const k = below(i + 1);
    [items[i], items[k]] = [items[k], items[i]];
  }
  return items;
}

/** Random integers below `n`. */
export function draws(seed: number): (n: number) => number {
  const random = new Taus113(seed);
  return (n) => random.next() % n;
}

/** The sub-ranges of [from, to) of which `taken` has no byte. */
export function missing(taken: Uint8Array, from: number, to: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let at = taken.indexOf(0, from); at >= 0 && at < to; at = taken.indexOf(0, at)) {
    const end = taken.indexOf(1, at);
    const stop = end < 0 ? to : Math.min(end, to);
    ranges.push([at, stop]);
    at = stop;
  }
  return ranges;
}

export const sameBytes = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
  a.length === b.length && a.every((bytes, i) => Buffer.compare(bytes, b[i]) === 0);

export const seed: fc.Arbitrary<number> = fc.integer({ min: 0, max: 2 ** 31 });
/** Sizes of messages: mostly small ones, many to a frame, some of many frames. */
export const sizes = (min: number): fc.Arbitrary<number[]> =>
  fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min, max: 60 }) },
      { weight: 3, arbitrary: fc.integer({ min: 61, max: 3000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 3000, max: 100_000 }) },
    ),
    { minLength: 1, maxLength: 40 },
  );

/** Every byte in some frame, cut anywhere, and half as many frames again that overlap them, in any order. */
export function frames(sequence: Sequence, below: (n: number) => number): [number, number][] {
  const pieces = cuts(0, sequence.end, below(2) ? 3000 : 100 + below(400), below).slice(0, 2000);
  const covered = pieces.at(-1)?.[1] ?? 0;
  pieces.push(...cuts(covered, sequence.end, 100_000, below));
  for (let i = pieces.length >> 1; i > 0; i--) {
    const [from, to] = pieces[below(pieces.length)];
    const start = Math.max(0, from - below(700));
    pieces.push(below(3) ? [start, Math.min(sequence.end, to + below(700))] : [from, to]);
  }
  return shuffle(pieces, below);
}

/** Gives frames in batches of random length; what is refused comes again, without what has been taken meanwhile, as a sender would. */
export function giveAll(
  feed: Feed,
  sequence: Sequence,
  pieces: [number, number][],
  below: (n: number) => number,
): void {
  const taken = new Uint8Array(sequence.end);
  const again: [number, number][] = [];
  for (const [from, to] of pieces) {
    if (feed.give(from, to)) taken.fill(1, from, to);
    else again.push([from, to]);
    if (below(8) === 0) feed.flush();
  }
  for (const [from, to] of again) {
    for (const [start, end] of missing(taken, from, to)) {
      if (!feed.give(start, end)) throw new Error(`refused what it cannot have: ${start} to ${end}`);
      taken.fill(1, start, end);
    }
  }
  feed.flush();
}

/** Indices of the messages delivered; -1: it was none of the sequence. */
export function indices(feed: Feed, sequence: Sequence): number[] {
  const known = new Map(sequence.messages().map((message, i) => [Buffer.from(message).toString('latin1'), i]));
  return feed.delivered.map((message) => known.get(Buffer.from(message).toString('latin1')) ?? -1);
}
