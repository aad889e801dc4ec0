import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cuts, draws, Feed, giveAll, indices, Sequence, seed, shuffle } from './sequence.ts';

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
