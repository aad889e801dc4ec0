import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aligned, draws, Feed, frames, giveAll, Sequence, sameBytes, seed, sizes } from './sequence.ts';

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
