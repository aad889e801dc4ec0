import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aligned, cuts, draws, Feed, missing, PREFIX, Sequence, sameBytes, seed, shuffle } from './sequence.ts';

const MODES = ['ordered', 'unordered', 'sequenced', 'deadline'] as const;

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
