import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aligned, cuts, draws, Feed, missing, PREFIX, Sequence, sameBytes, shuffle } from './sequence.ts';

const MODES = ['ordered', 'unordered', 'sequenced', 'deadline'] as const;
const seed = fc.integer({ min: 0, max: 2 ** 31 });
/** Mostly small messages, as many in a frame, some of many frames. */
const sizes = (min: number): fc.Arbitrary<number[]> =>
  fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min, max: 60 }) },
      { weight: 3, arbitrary: fc.integer({ min: 61, max: 3000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 3000, max: 100_000 }) },
    ),
    { minLength: 1, maxLength: 40 },
  );

/** Every byte in some frame, cut anywhere, and half as many frames again that overlap them, in any order. */
function frames(sequence: Sequence, below: (n: number) => number): [number, number][] {
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
function giveAll(feed: Feed, sequence: Sequence, pieces: [number, number][], below: (n: number) => number): void {
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

describe('ordered', () => {
  test('delivers exactly what was sent, in order, however it is cut, repeated and reordered', () => {
    fc.assert(
      fc.property(sizes(0), seed, (sent, chance) => {
        const sequence = new Sequence(sent);
        const below = draws(chance);
        const feed = new Feed(sequence, 'ordered');
        giveAll(feed, sequence, frames(sequence, below), below);
        expect(feed.buffer.violated).toBe(false);
        expect(sameBytes(feed.delivered, sequence.messages())).toBe(true);
        expect(feed.buffer.contiguous).toBe(sequence.end);
        expect(feed.buffer.heldBytes).toBe(0);
        expect(feed.buffer.ringBytes).toBeLessThanOrEqual(Math.max(1 << 16, 4 * sequence.end));
      }),
      { numRuns: 20 },
    );
  });

  test('never delivers ahead of a hole, and everything behind it once it is filled', () => {
    const sequence = new Sequence([100, 100, 100, 100]);
    const feed = new Feed(sequence, 'ordered');
    feed.give(0, 104);
    feed.give(208, 416);
    feed.flush();
    expect(feed.delivered).toHaveLength(1);
    expect(feed.buffer.heldBytes).toBe(208);
    feed.give(104, 208);
    feed.flush();
    expect(sameBytes(feed.delivered, sequence.messages())).toBe(true);
  });

  test('makes one batch of all that a batch of datagrams brings in order, and needs no memory for it', () => {
    const sequence = new Sequence(new Array(140).fill(96));
    const feed = new Feed(sequence, 'ordered');
    for (const [from, to] of aligned(sequence, 1400)) feed.give(from, to);
    expect(feed.delivered).toHaveLength(0);
    feed.flush();
    expect(feed.batches).toEqual([{ count: 140, arrival: 0 }]);
    expect(feed.buffer.ringBytes).toBe(0);
  });

  test('delivers before the memory or the time of arrival changes', () => {
    const sequence = new Sequence([20, 20, 20]);
    const feed = new Feed(sequence, 'ordered');
    feed.give(0, 24);
    feed.arrival = 7;
    feed.give(24, 48);
    expect(feed.batches).toEqual([{ count: 1, arrival: 0 }]);
    const other = sequence.bytes.slice(48);
    feed.buffer.onData(other, new DataView(other.buffer), 0, 24, 48, 0, 7);
    expect(feed.batches).toHaveLength(2);
    feed.flush();
    expect(sameBytes(feed.delivered, sequence.messages())).toBe(true);
  });
});

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

/** Indices of the messages delivered; -1: it was none of the sequence. */
function indices(feed: Feed, sequence: Sequence): number[] {
  const known = new Map(sequence.messages().map((message, i) => [Buffer.from(message).toString('latin1'), i]));
  return feed.delivered.map((message) => known.get(Buffer.from(message).toString('latin1')) ?? -1);
}

describe('tiny messages in frames that overlap, begin and end anywhere', () => {
  const tiny = fc.array(fc.integer({ min: 4, max: 16 }), { minLength: 2, maxLength: 9 });
  const given = (mode: 'unordered' | 'sequenced' | 'deadline', sent: number[], chance: number) => {
    const sequence = new Sequence(sent, chance);
    const below = draws(chance);
    const feed = new Feed(sequence, mode);
    const pieces = cuts(0, sequence.end, 25, below);
    for (let i = below(12); i > 0; i--) {
      const from = below(sequence.end);
      pieces.push([from, Math.min(sequence.end, from + 1 + below(60))]);
    }
    return { sequence, below, feed, pieces: shuffle(pieces, below) };
  };

  test('unordered: each message comes exactly once', () => {
    fc.assert(
      fc.property(tiny, seed, (sent, chance) => {
        const { sequence, below, feed, pieces } = given('unordered', sent, chance);
        giveAll(feed, sequence, pieces, below);
        expect(indices(feed, sequence).sort((a, b) => a - b)).toEqual(sent.map((_, i) => i));
      }),
      { numRuns: 400 },
    );
  });

  test.each<{ why: string; sent: number[]; pieces: [number, number][] }>([
    {
      why: 'the beginning of the next was in a piece that could not be read yet, its end was there before',
      sent: [14, 5],
      pieces: [
        [24, 27],
        [7, 24],
        [0, 7],
      ],
    },
    {
      why: 'all of a message is there, but not known to be, when it comes again in one frame',
      sent: [5, 13, 15, 5],
      pieces: [
        [30, 45],
        [8, 30],
        [23, 46],
        [45, 54],
        [0, 8],
      ],
    },
    {
      why: 'half of its prefix was in such a piece, and the message came whole after that',
      sent: [9, 7, 11, 4],
      pieces: [
        [10, 26],
        [21, 46],
        [32, 47],
        [0, 10],
      ],
    },
    {
      why: 'the message comes whole, and what could not be read yet lies behind it',
      sent: [14, 4, 4, 4],
      pieces: [
        [7, 34],
        [0, 18],
        [26, 42],
      ],
    },
  ])('unordered: $why', ({ sent, pieces }) => {
    const sequence = new Sequence(sent);
    const feed = new Feed(sequence, 'unordered');
    giveAll(feed, sequence, pieces, draws(1));
    expect(feed.buffer.violated).toBe(false);
    expect(indices(feed, sequence).sort((a, b) => a - b)).toEqual(sent.map((_, i) => i));
  });

  test.each(['sequenced', 'deadline'] as const)('%s: no message comes twice, or damaged', (mode) => {
    fc.assert(
      fc.property(tiny, seed, (sent, chance) => {
        const { sequence, below, feed, pieces } = given(mode, sent, chance);
        for (const [from, to] of pieces) {
          feed.give(from, to);
          if (below(8) === 0) feed.flush();
          if (below(8) === 0) feed.skip(below(from + 20));
        }
        feed.flush();
        expect(feed.buffer.violated).toBe(false);
        const order = indices(feed, sequence);
        expect(order).not.toContain(-1);
        expect(new Set(order).size).toBe(order.length);
        if (mode === 'sequenced') expect(order).toEqual(order.toSorted((a, b) => a - b));
      }),
      { numRuns: 250 },
    );
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

describe('all modes', () => {
  test.each(MODES)('%s: a message with a length that no message has breaks the rules', (mode) => {
    for (const prefix of [0x0000_0010, 0x4000_0010, 0xc000_0010, 0x8000_0000 + 1001]) {
      const sequence = new Sequence([1000, 50]);
      const feed = new Feed(sequence, mode, { maxMessage: 1000 });
      feed.give(0, 500);
      feed.give(500, 1004);
      new DataView(sequence.bytes.buffer).setUint32(1004, prefix);
      feed.give(1004, sequence.end);
      feed.flush();
      expect(feed.buffer.violated).toBe(true);
      expect(sameBytes(feed.delivered, [sequence.message(0)])).toBe(true);
      expect(feed.give(0, 500)).toBe(false);
    }
  });

  test.each(MODES)('%s: data beyond the credit breaks the rules', (mode) => {
    const sequence = new Sequence([96, 96]);
    const feed = new Feed(sequence, mode, { initialWindow: 150, maxWindow: 2000 });
    expect(feed.give(0, 100)).toBe(true);
    feed.flush();
    expect(feed.give(100, 151)).toBe(false);
    expect(feed.buffer.violated).toBe(true);
  });

  test.each(MODES)('%s: only where data is given up may what has not come be skipped', (mode) => {
    const feed = new Feed(new Sequence([96, 96]), mode);
    feed.give(0, 100);
    feed.skip(100);
    expect(feed.buffer.violated).toBe(false);
    feed.skip(101);
    const lossy = mode === 'sequenced' || mode === 'deadline';
    expect(feed.buffer.violated).toBe(!lossy);
    expect(feed.buffer.contiguous).toBe(lossy ? 101 : 100);
  });

  test.each(MODES)('%s: an application that throws, or is the one that gives data, leaves all in order', (mode) => {
    const sequence = new Sequence([100, 100, 3000, 100]);
    const feed = new Feed(sequence, mode);
    let reentered: boolean | undefined;
    feed.onBatch = () => {
      feed.buffer.flush();
      reentered = feed.give(104, 208);
      throw new Error('of the application');
    };
    feed.give(0, 104);
    expect(() => feed.flush()).toThrow('of the application');
    expect(reentered).toBe(false);
    feed.onBatch = () => {};
    feed.give(104, 208);
    for (const [from, to] of aligned(sequence, 1400).slice(1)) feed.give(from, to);
    feed.flush();
    expect(sameBytes(feed.delivered, sequence.messages())).toBe(true);
  });

  test.each(['ordered', 'unordered'] as const)(
    '%s: keeps track of so many holes, and refuses what would make more',
    (mode) => {
      const sequence = new Sequence(new Array(17_000).fill(6));
      const feed = new Feed(sequence, mode);
      const refused: number[] = [];
      for (let i = 1; i < 17_000; i += 2) if (!feed.give(10 * i, 10 * i + 10)) refused.push(i);
      expect(refused).toHaveLength(8500 - 8192);
      expect(feed.give(0, 10)).toBe(true);
      for (let i = 2; i < 17_000; i += 2) feed.give(10 * i, 10 * i + 10);
      for (const i of refused) expect(feed.give(10 * i, 10 * i + 10)).toBe(true);
      feed.flush();
      expect(feed.delivered).toHaveLength(17_000);
    },
  );

  test.each(MODES)('%s: whatever a peer sends, it neither throws nor takes more memory than the window', (mode) => {
    fc.assert(
      fc.property(seed, (chance) => {
        const below = draws(chance);
        const noise = new Uint8Array(4096);
        const feed = new Feed(new Sequence([1]), mode, {
          initialWindow: 100_000,
          maxWindow: 100_000,
          roundTripNs: 1e9,
        });
        // Mostly prefixes of short messages, so that it takes a while until the rules are broken for good.
        for (let at = 0; at < noise.length; at++) noise[at] = [0x80, 0, 0, below(4) ? 0 : below(16)][at % 4];
        const view = new DataView(noise.buffer);
        for (let i = 0; i < 300 && !feed.buffer.violated; i++) {
          const { buffer } = feed;
          const offset = below(20) ? Math.max(0, buffer.contiguous + 4 * (below(2000) - 20)) : below(2 ** 31) * 1024;
          const head = below(3) ? 0 : below(30) ? 4 * below(100) : offset;
          const at = 4 * below(500);
          const length = Math.min(below(6) ? below(50) : below(2000), buffer.credit - offset + below(100));
          if (length >= 0) buffer.onData(noise, view, at, length, offset, head, i);
          if (below(30) === 0)
            buffer.onSkip(below(500) ? buffer.contiguous + below(1000) - 200 : 2 ** 53 - 1 - below(1000));
          if (below(10) === 0) buffer.flush();
          if (buffer.creditChanged) buffer.advertise(i);
          if (buffer.ringBytes > 131_072) throw new Error(`${buffer.ringBytes} bytes of memory`);
          if (!(buffer.credit <= Number.MAX_SAFE_INTEGER && buffer.heldBytes >= 0)) throw new Error('out of range');
          feed.delivered.length = 0;
        }
      }),
      { numRuns: 30 },
    );
  });

  test.each(['ordered', 'unordered'] as const)(
    '%s: within a small window everything arrives, messages as large as it too',
    (mode) => {
      fc.assert(
        fc.property(seed, (chance) => {
          const below = draws(chance);
          const maxWindow = 5000 + below(5000);
          const sent = Array.from({ length: 25 }, () => (below(4) ? 4 + below(1500) : maxWindow - PREFIX - below(3)));
          const sequence = new Sequence(sent);
          const feed = new Feed(sequence, mode, { initialWindow: 2000 + below(3000), maxWindow });
          const taken = new Uint8Array(sequence.end);
          let told = feed.buffer.advertise(0);
          for (let round = 0; taken.indexOf(0) >= 0; round++) {
            if (round > 5000) throw new Error(`no further than ${feed.buffer.contiguous} of ${sequence.end}`);
            const open = missing(taken, 0, Math.min(told, sequence.end));
            for (const [start, end] of shuffle(
              open.flatMap((hole) => cuts(...hole, 1400, below)),
              below,
            )) {
              if (below(3) > 0 && feed.give(start, end)) taken.fill(1, start, end);
            }
            feed.flush();
            if (feed.buffer.creditChanged) told = feed.buffer.advertise(round);
          }
          expect(feed.delivered).toHaveLength(25);
          expect(feed.buffer.window).toBe(maxWindow);
          expect(feed.buffer.ringBytes).toBeLessThanOrEqual(1 << 16);
        }),
        { numRuns: 20 },
      );
    },
  );
});
