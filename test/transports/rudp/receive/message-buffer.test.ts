import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  aligned,
  draws,
  Feed,
  frames,
  giveAll,
  indices,
  Sequence,
  sameBytes,
  seed,
  shuffle,
  sizes,
} from './sequence.ts';

describe('unordered', () => {
  test('delivers every message exactly once, however it is cut, repeated and reordered', () => {
    fc.assert(
      fc.property(sizes(4), seed, (sent, chance) => {
        const sequence = new Sequence(sent);
        const below = draws(chance);
        const feed = new Feed(sequence, 'unordered');
        giveAll(feed, sequence, frames(sequence, below), below);
        expect(feed.buffer.violated).toBe(false);
        const byContent = (messages: Uint8Array[]) => messages.slice().sort(Buffer.compare);
        expect(sameBytes(byContent(feed.delivered), byContent(sequence.messages()))).toBe(true);
        expect(feed.buffer.contiguous).toBe(sequence.end);
        expect(feed.buffer.heldBytes).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  test('delivers a message although those before it are missing', () => {
    const sequence = new Sequence([10, 5000, 10, 2000]);
    const feed = new Feed(sequence, 'unordered');
    const pieces = aligned(sequence, 1400);
    // All but the first frame, the last first: only the message in that frame cannot be whole.
    for (const [from, to] of pieces.slice(1).reverse()) feed.give(from, to);
    feed.flush();
    expect(feed.delivered).toHaveLength(3);
    feed.give(...pieces[0]);
    feed.flush();
    expect(feed.delivered).toHaveLength(4);
  });

  test('finds the messages behind the end of one whose beginning comes last', () => {
    const sequence = new Sequence([2000, 30, 40, 2000]);
    const feed = new Feed(sequence, 'unordered');
    feed.give(1400, 2500);
    feed.flush();
    expect(feed.delivered).toHaveLength(0);
    feed.give(0, 1400);
    feed.give(2500, sequence.end);
    feed.flush();
    expect(sameBytes(feed.delivered, sequence.messages())).toBe(true);
  });

  test('takes no second copy of what may be delivered later from a frame that it cannot read yet', () => {
    const sequence = new Sequence([2000, 30, 40]);
    const feed = new Feed(sequence, 'unordered');
    feed.give(2004, 2038);
    expect(feed.give(1400, sequence.end)).toBe(false);
    feed.give(0, 1400);
    expect(feed.give(1400, sequence.end)).toBe(true);
    feed.flush();
    expect(
      sameBytes(
        feed.delivered,
        [1, 0, 2].map((i) => sequence.message(i)),
      ),
    ).toBe(true);
  });

  test('delivers out of a datagram without memory of its own, whatever the order', () => {
    const sequence = new Sequence(new Array(200).fill(96));
    const feed = new Feed(sequence, 'unordered');
    for (const [from, to] of shuffle(aligned(sequence, 1400), draws(1))) feed.give(from, to);
    feed.flush();
    expect(feed.batches).toEqual([{ count: 200, arrival: 0 }]);
    expect(feed.buffer.ringBytes).toBe(0);
  });
});

describe('sequenced', () => {
  test('delivers only what is newer than all that was delivered, each message whole', () => {
    fc.assert(
      fc.property(sizes(4), seed, fc.nat(60), fc.nat(40), (sent, chance, lossPercent, displacement) => {
        const sequence = new Sequence(sent);
        const below = draws(chance);
        const feed = new Feed(sequence, 'sequenced');
        const pieces = aligned(sequence, 1400)
          .filter(() => below(100) >= lossPercent)
          .map((piece, i) => ({ piece, at: i + below(displacement + 1) }))
          .sort((a, b) => a.at - b.at);
        for (const { piece } of pieces) {
          feed.give(...piece);
          if (below(4) === 0) feed.flush();
        }
        feed.flush();
        expect(feed.buffer.violated).toBe(false);
        const order = indices(feed, sequence);
        for (const [i, index] of order.entries()) expect(index).toBeGreaterThan(i === 0 ? -1 : order[i - 1]);
        if (lossPercent === 0 && displacement === 0) expect(order).toHaveLength(sequence.count);
      }),
      { numRuns: 25 },
    );
  });

  test('needs no word of the sender to give up what is older than the newest', () => {
    const sequence = new Sequence([100, 3000, 100, 100]);
    const feed = new Feed(sequence, 'sequenced');
    feed.give(104, 1500);
    feed.give(3108, 3212);
    feed.flush();
    expect(feed.buffer.contiguous).toBe(3212);
    expect(feed.buffer.heldBytes).toBe(0);
    // The rest of the long one, and the first: too late.
    expect(feed.give(1500, 3108)).toBe(true);
    expect(feed.give(0, 104)).toBe(true);
    feed.give(3212, 3316);
    feed.flush();
    expect(sameBytes(feed.delivered, [sequence.message(2), sequence.message(3)])).toBe(true);
  });
});

/** What is to be delivered of frames that hold whole messages or parts of one, byte by byte. */
class DeadlineModel {
  readonly has: Uint8Array;
  readonly delivered: number[] = [];
  readonly #dead: Uint8Array;
  readonly #sequence: Sequence;

  constructor(sequence: Sequence) {
    this.#sequence = sequence;
    this.has = new Uint8Array(sequence.end);
    this.#dead = new Uint8Array(sequence.count);
  }

  give(from: number, to: number): void {
    const { starts } = this.#sequence;
    const first = this.#sequence.indexAt(from);
    const known: boolean[] = [];
    for (let i = first; i < this.#sequence.count && starts[i] < to; i++) {
      known.push(!this.#lacks(starts[i], starts[i + 1]));
    }
    this.has.fill(1, from, to);
    for (let i = first; i < this.#sequence.count && starts[i] < to; i++) {
      const [start, end] = [starts[i], starts[i + 1]];
      if (known[i - first]) continue;
      const inFrame = from <= start && end <= to;
      if (inFrame || (!this.#lacks(start, end) && !this.#dead[i])) this.delivered.push(i);
    }
  }

  isDead(offset: number): boolean {
    return this.#dead[this.#sequence.indexAt(offset)] === 1;
  }

  #lacks(start: number, end: number): boolean {
    return this.has.subarray(start, end).indexOf(0) >= 0;
  }

  skip(to: number): void {
    const { starts } = this.#sequence;
    for (let i = 0; i < this.#sequence.count && starts[i] < to; i++) {
      if (this.#lacks(starts[i], Math.min(to, starts[i + 1]))) this.#dead[i] = 1;
    }
    this.has.fill(1, 0, to);
  }
}

describe('deadline', () => {
  test('delivers what is whole, once, and what is skipped never, at any offset', () => {
    fc.assert(
      fc.property(sizes(4), seed, fc.constantFrom(0, 2 ** 32 - 5000, 2 ** 45 + 12_345), (sent, chance, shift) => {
        const sequence = new Sequence(sent.slice(0, 20));
        const below = draws(chance);
        const feed = new Feed(sequence, 'deadline', {}, shift);
        const model = new DeadlineModel(sequence);
        const pieces = aligned(sequence, 1400).filter(() => below(10) > 0);
        for (const piece of pieces.slice(0, 20)) if (below(3) === 0) pieces.push(piece);
        const order = pieces.map((piece, i) => ({ piece, at: i + below(15) })).sort((a, b) => a.at - b.at);
        for (const { piece } of order) {
          if (feed.give(...piece)) model.give(...piece);
          else if (!model.isDead(piece[0])) throw new Error('refused what it still needs');
          if (below(4) === 0) {
            const to = Math.min(sequence.end, piece[0] + below(100));
            feed.skip(to);
            model.skip(to);
          }
          if (below(4) === 0) feed.flush();
        }
        feed.flush();
        expect(feed.buffer.violated).toBe(false);
        expect(
          sameBytes(
            feed.delivered,
            model.delivered.map((i) => sequence.message(i)),
          ),
        ).toBe(true);
        const hole = model.has.indexOf(0);
        expect(feed.buffer.contiguous - shift).toBe(hole < 0 ? sequence.end : hole);
      }),
      { numRuns: 30 },
    );
  });

  test('keeps a message that lacks nothing below the offset that is skipped to', () => {
    const sequence = new Sequence([100, 3000, 100]);
    const feed = new Feed(sequence, 'deadline');
    feed.give(104, 1500);
    feed.skip(1500);
    feed.give(1500, 3108);
    feed.flush();
    expect(sameBytes(feed.delivered, [sequence.message(1)])).toBe(true);
  });
});
