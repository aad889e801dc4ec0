import { describe, expect, it } from 'vitest';
import { LinkModel } from '../../src/link/model.ts';
import { MAX_HELD } from '../../src/link/profile.ts';
import { FakeFrames } from './fake-frames.ts';
import { delay, netem, Rig, random, rate } from './rig.ts';

const MS = 1e6;
/** Offers `count` frames at once and tells their slots. */
const burst = (rig: Rig, now: number, count: number, bytes = 1000) =>
  Array.from({ length: count }, () => rig.offer(now, bytes));

describe('LinkModel', () => {
  it('passes packets at once when there are no stages', () => {
    const rig = new Rig([]);
    const { link } = rig;
    expect(link.nextDue()).toBe(Infinity);
    expect(link.take(Infinity)).toBe(-1);
    rig.offer(1000, 60);
    expect([link.held(), link.heldBytes(), link.nextDue()]).toEqual([1, 60, 1000]);
    expect(link.take(1000)).toBe(0);
    expect([link.takenDue, link.takenBytes, link.held(), link.heldBytes()]).toEqual([1000, 60, 0, 0]);
    expect(link.counters).toEqual({
      packetsIn: 1,
      bytesIn: 60,
      packetsOut: 1,
      bytesOut: 60,
      lost: 0,
      outage: 0,
      queueDropped: 0,
      aqmDropped: 0,
      duplicated: 0,
      corrupted: 0,
      ecnMarked: 0,
      reordered: 0,
    });
  });

  it('loses the packets that netem loses: loss 10% seed 42', () => {
    for (const rig of [
      new Rig([netem({ loss: random(0.1) })], 42),
      new Rig([netem({ loss: random(0.1), seed: 42n })], 7),
    ]) {
      for (let i = 0; i < 100; i++) rig.offer(i, 100);
      expect(rig.frames.dropped).toEqual([13, 27, 37, 38, 39, 43, 49, 53, 65, 76, 79, 87]);
      expect(rig.counters.lost).toBe(12);
    }
  });

  it('gives stage number i the seed of the trial plus 2i', () => {
    const lossy = netem({ loss: random(0.1) });
    const second = new Rig([netem({}), lossy], 40);
    for (let i = 0; i < 100; i++) second.offer(i, 100);
    second.take();
    expect(second.frames.dropped.slice(0, 4)).toEqual([13, 27, 37, 38]);
  });

  it('draws in the order of the kernel: loss, then delay', () => {
    const rig = new Rig([netem({ delay: delay(1e9, 1e9), loss: random(0.1) })], 42);
    // The first draw of seed 42 decides the loss, the second, 794645456, the jitter (netem: mod 2 sigma, minus sigma).
    rig.offer(0);
    expect(rig.link.nextDue()).toBe(794645456);
  });

  it('delays by exactly the delay', () => {
    const rig = new Rig([netem({ delay: delay(20 * MS) })]);
    rig.offer(5);
    expect(rig.link.nextDue()).toBe(20 * MS + 5);
    expect(rig.take(20 * MS + 4)).toEqual([]);
    expect(rig.take(20 * MS + 5)).toEqual([[0, 20 * MS + 5]]);
  });

  it('lets packets that are due together leave in order of arrival', () => {
    const rig = new Rig([netem({ delay: delay(1 * MS, 1) })]);
    burst(rig, 0, 1000);
    const out = rig.take();
    // Jitter of 1 ns leaves two times to be due.
    expect(new Set(out.map(([, due]) => due)).size).toBe(2);
    expect(out).toEqual(out.toSorted(([a, dueA], [b, dueB]) => dueA - dueB || a - b));
  });

  it('reorders by jitter, and counts it; not with a rate, nor with keep-order', () => {
    const jitter = delay(10 * MS, 5 * MS);
    const run = (words: Parameters<typeof netem>[0]) => {
      const rig = new Rig([netem({ delay: jitter, ...words })]);
      for (let i = 0; i < 1000; i++) rig.offer(i * 1e5);
      return { slots: rig.take().map(([slot]) => slot), reordered: rig.counters.reordered };
    };
    const inOrder = Array.from({ length: 1000 }, (_, i) => i);
    const free = run({});
    const overtaken = free.slots.filter((slot, i) => free.slots.slice(0, i).some((earlier) => earlier > slot));
    expect(overtaken.length).toBeGreaterThan(0);
    expect(free.reordered).toBe(overtaken.length);
    expect(run({ rate: rate(100e6) })).toEqual({ slots: inOrder, reordered: 0 });
    expect(run({ keepOrder: true })).toEqual({ slots: inOrder, reordered: 0 });
  });

  it('hands what leaves a stage to the next one at that very time', () => {
    const rig = new Rig([netem({ delay: delay(10 * MS), rate: rate(8e6) }), netem({ delay: delay(3 * MS) })]);
    burst(rig, 0, 2);
    expect(rig.take()).toEqual([
      [0, 14 * MS],
      [1, 15 * MS],
    ]);
  });

  it('counts under limit what it holds itself and what the stages behind hold', () => {
    const rig = new Rig([netem({ delay: delay(1 * MS), limit: 3 }), netem({ delay: delay(9 * MS), limit: 2 })]);
    burst(rig, 0, 4);
    expect(rig.counters.queueDropped).toBe(1);
    // At 1 ms the second stage takes two of the three.
    expect(rig.take(5 * MS)).toEqual([]);
    expect([rig.counters.queueDropped, rig.link.held()]).toEqual([2, 2]);
    burst(rig, 5 * MS, 2);
    expect([rig.counters.queueDropped, rig.link.held()]).toEqual([3, 3]);
  });

  it('holds no more than there is memory for', () => {
    const rig = new Rig([netem({ delay: delay(1 * MS) })]);
    burst(rig, 0, MAX_HELD + 10);
    expect([rig.link.held(), rig.counters.queueDropped]).toEqual([MAX_HELD, 10]);
    // What nobody took still needs its memory, although it has left.
    burst(rig, 2 * MS, 5);
    expect([rig.link.held(), rig.counters.queueDropped]).toEqual([MAX_HELD, 15]);
    expect(rig.take()).toHaveLength(MAX_HELD);
    const direct = new Rig([]);
    burst(direct, 0, MAX_HELD + 10);
    expect(direct.counters.queueDropped).toBe(10);
  });

  it('refuses a profile that is not effective', () => {
    expect(() => new LinkModel({ stages: [{ kind: 'netem' }] }, 1, new FakeFrames())).toThrow('limit undefined');
  });
});

describe('rate', () => {
  it('serialises behind the delay', () => {
    const rig = new Rig([netem({ delay: delay(10 * MS), rate: rate(8e6) })]);
    burst(rig, 0, 4);
    rig.offer(50 * MS, 500);
    expect(rig.take()).toEqual([
      [0, 11 * MS],
      [1, 12 * MS],
      [2, 13 * MS],
      [3, 14 * MS],
      [4, 60.5 * MS],
    ]);
  });

  it('has no token credit: an idle link takes as long', () => {
    const rig = new Rig([netem({ rate: rate(8e3) })]);
    rig.offer(3600e9, 50);
    expect(rig.link.nextDue()).toBe(3600e9 + 50 * MS);
  });

  it.each([
    // 1 us for a byte.
    [{ packetOverhead: 24 }, 1024],
    [{ packetOverhead: -14 }, 986],
    [{ packetOverhead: -2000 }, 0],
    // 1000 bytes are 21 ATM cells of 48 bytes, with 5 more each.
    [{ cellBytes: 48, cellOverhead: 5 }, 21 * 53],
    [{ packetOverhead: 8, cellBytes: 48, cellOverhead: 5 }, 21 * 53],
    [{ packetOverhead: 9, cellBytes: 48, cellOverhead: 5 }, 22 * 53],
    [{ cellBytes: 48, cellOverhead: -50 }, 0],
  ])('charges overheads and cells: %j', (more, us) => {
    const rig = new Rig([netem({ rate: rate(8e6, more) })]);
    rig.offer(0, 1000);
    expect(rig.link.nextDue()).toBe(us * 1000);
  });

  it('lets a delay drawn below zero mean at once, and the serialiser gain by it', () => {
    const early = { ns: 0, jitterNs: 8192, correlation: 0, distribution: { name: 'own', values: [-500] } };
    const rig = new Rig([netem({ delay: early, rate: rate(8e9) })]);
    rig.offer(10_000, 1000);
    rig.offer(20_000, 100);
    // Base 500 ns ago: due 500 ns from now, not 1000; and 400 ns ago, which is now.
    expect(rig.take()).toEqual([
      [0, 10_500],
      [1, 20_000],
    ]);
  });
});

describe('queue', () => {
  it('bounds the packets at the serialiser, not those in the delay', () => {
    const rig = new Rig([netem({ delay: delay(100 * MS), rate: rate(8e6), queue: { packets: 2 } })]);
    // 1 ms each: one at a time never waits.
    for (let ms = 0; ms < 50; ms++) rig.offer(ms * MS);
    expect([rig.link.held(), rig.counters.queueDropped]).toEqual([50, 0]);
    // Slot 49 is done at 150 ms: of three more that arrive now one still finds room.
    burst(rig, 49 * MS, 3);
    expect(rig.frames.dropped).toEqual([51, 52]);
    // A millisecond later one of the two has left the queue.
    burst(rig, 50 * MS, 2);
    expect(rig.frames.dropped).toEqual([51, 52, 54]);
  });

  it('bounds bytes', () => {
    const rig = new Rig([netem({ rate: rate(8e6), queue: { bytes: 2500 } })]);
    burst(rig, 0, 3);
    expect(rig.frames.dropped).toEqual([2]);
    rig.offer(0, 500);
    expect(rig.frames.dropped).toEqual([2]);
    rig.offer(1 * MS - 1, 1);
    rig.offer(1 * MS, 1);
    expect(rig.frames.dropped).toEqual([2, 4]);
  });

  it('bounds the time before the serialiser', () => {
    const rig = new Rig([netem({ rate: rate(8e6), queue: { ns: 2 * MS } })]);
    burst(rig, 0, 4);
    expect(rig.frames.dropped).toEqual([3]);
    expect(rig.counters.queueDropped).toBe(1);
  });

  it('finds the queue as it is when the packet gets there, behind a late one too', () => {
    // The first packet takes 10 ms, the others 0: they wait behind it, before the queue.
    const late = { ns: 0, jitterNs: 8192, correlation: 0, distribution: { name: 'own', values: [10_000, 0] } };
    const seed = [1, 2, 3, 4, 5, 6].find((seed) => {
      const rig = new Rig([netem({ delay: late, limit: 9 })], seed);
      burst(rig, 0, 3);
      return rig.take().map(([slot]) => slot)[2] === 0;
    });
    const rig = new Rig([netem({ delay: late, rate: rate(8e9), queue: { packets: 3 } })], seed);
    burst(rig, 0, 3);
    expect(rig.counters.queueDropped).toBe(0);
    expect(rig.take().map(([slot, due]) => [slot, due])).toEqual([
      [0, 11_000],
      [1, 12_000],
      [2, 13_000],
    ]);
  });
});

describe('limit', () => {
  it('counts everything held, and not what has left, whether taken or not', () => {
    const rig = new Rig([netem({ delay: delay(100), limit: 3 })]);
    for (let i = 0; i < 4; i++) rig.offer(i);
    expect(rig.frames.dropped).toEqual([3]);
    rig.offer(100);
    rig.offer(100);
    expect(rig.frames.dropped).toEqual([3, 5]);
    expect(rig.link.held()).toBe(4);
  });
});

describe('duplicate', () => {
  it('gives a copy first, which cannot be copied again', () => {
    const rig = new Rig([netem({ duplicate: { p: 1, correlation: 0 }, delay: delay(5) })]);
    burst(rig, 0, 2);
    expect(rig.take().map(([slot]) => slot)).toEqual([1_000_000, 0, 1_000_001, 1]);
    expect(rig.counters).toMatchObject({ packetsIn: 2, duplicated: 2, packetsOut: 4, reordered: 0 });
  });

  it('leaves one where the loss takes the other', () => {
    const rig = new Rig([netem({ duplicate: { p: 1, correlation: 0 }, loss: random(1) })]);
    burst(rig, 0, 3);
    expect(rig.take().map(([slot]) => slot)).toEqual([0, 1, 2]);
    expect(rig.counters).toMatchObject({ lost: 0, duplicated: 0 });
  });

  it('sends the copy through all stages, from the first on', () => {
    const stages = [netem({ delay: delay(10) }), netem({ duplicate: { p: 1, correlation: 0 }, delay: delay(3) })];
    const rig = new Rig(stages);
    rig.offer(0);
    expect(rig.take()).toEqual([
      [0, 13],
      [1_000_000, 23],
    ]);
  });

  it('copies before corruption', () => {
    const stage = netem({ duplicate: { p: 1, correlation: 0 }, corrupt: { p: 1, correlation: 0, where: 'frame' } });
    const rig = new Rig([stage]);
    rig.offer(0);
    const [original, copy] = [rig.frames.at(0), rig.frames.at(1_000_000)];
    expect([original.inverted.length, copy.inverted.length]).toEqual([1, 1]);
    expect(original.inverted).not.toEqual(copy.inverted);
  });

  it('goes without where there is no room for a copy', () => {
    const stage = netem({ duplicate: { p: 1, correlation: 0 }, limit: 3 });
    const noFrames = new Rig([stage], 1, new FakeFrames(0));
    noFrames.offer(0);
    expect(noFrames.counters.duplicated).toBe(0);
    const full = new Rig([netem({ ...stage, delay: delay(5) })]);
    burst(full, 0, 3);
    // Two pairs would be four: the second copy finds the queue full, and the third packet does.
    expect(full.counters).toMatchObject({ duplicated: 2, queueDropped: 2 });
    expect(full.frames.dropped).toEqual([1_000_001, 2]);
    expect(full.link.held()).toBe(3);
  });
});

describe('corrupt', () => {
  it('inverts a bit anywhere, or in the payload where there is one', () => {
    const corrupt = (where: 'frame' | 'payload') => {
      const rig = new Rig([netem({ corrupt: { p: 1, correlation: 0, where } })]);
      for (let i = 0; i < 1000; i++) rig.offer(i, 100, { payload: i % 2 === 0 });
      return rig;
    };
    expect(corrupt('frame').counters.corrupted).toBe(1000);
    expect(corrupt('payload').counters.corrupted).toBe(500);
    const at = [...corrupt('frame').frames.frames.values()].flatMap(({ inverted }) => inverted);
    expect(at.every((x) => x >= 0 && x < 1)).toBe(true);
    // Uniform: mean 1/2, variance 1/12; 4.9 sd leave one in a million.
    const mean = at.reduce((sum, x) => sum + x, 0) / at.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(4.9 / Math.sqrt(12 * 1000));
  });
});

describe('ecn', () => {
  it('marks what can be marked instead of losing it', () => {
    const rig = new Rig([netem({ loss: random(1), ecn: true })]);
    rig.offer(0, 100, { ecnCapable: true });
    rig.offer(0, 100, { ecnCapable: false });
    expect(rig.take().map(([slot]) => slot)).toEqual([0]);
    expect([rig.frames.at(0).marked, rig.counters.ecnMarked, rig.counters.lost]).toEqual([true, 1, 1]);
  });
});

describe('reorder', () => {
  it('sends exactly every fifth ahead with 100 % and gap 5', () => {
    const rig = new Rig([netem({ delay: delay(1 * MS), reorder: { p: 1, correlation: 0, gap: 5 } })]);
    burst(rig, 0, 15);
    const out = rig.take();
    expect(out.filter(([, due]) => due === 0).map(([slot]) => slot)).toEqual([4, 9, 14]);
    expect(rig.counters.reordered).toBe(12);
  });

  it('sends a share of candidates ahead', () => {
    const rig = new Rig([netem({ delay: delay(1 * MS), reorder: { p: 0.25, correlation: 0, gap: 1 } })]);
    const n = 20_000;
    burst(rig, 0, n);
    const ahead = rig.take().filter(([, due]) => due === 0).length;
    expect(Math.abs(ahead - n / 4)).toBeLessThan(4.9 * Math.sqrt((n * 3) / 16));
  });

  it('goes past delay, rate, slots and a bottleneck, but not past the next stage', () => {
    const ahead = { reorder: { p: 1, correlation: 0, gap: 1 } };
    const slot = { gap: { kind: 'uniform' as const, minNs: 7, maxNs: 7 }, packets: 1, bytes: 0 };
    const trace = { name: 'one', ms: Uint32Array.of(1) };
    for (const words of [{ rate: rate(8e3) }, { slot }, { trace }, { trace, slot }]) {
      const rig = new Rig([netem({ delay: delay(5), ...ahead, ...words }), netem({ delay: delay(3) })]);
      rig.offer(10);
      expect(rig.take()).toEqual([[0, 13]]);
    }
  });

  it('is off with a probability of nothing', () => {
    const rig = new Rig([netem({ delay: delay(5), reorder: { p: 0, correlation: 0, gap: 1 } })]);
    rig.offer(0);
    expect(rig.take()).toEqual([[0, 5]]);
  });
});

describe('outage', () => {
  it('drops all that arrives while it lasts, counted from the first packet on', () => {
    const rig = new Rig([netem({ outage: { everyNs: 10, forNs: 3, afterNs: 5 } })]);
    for (let ns = 0; ns < 30; ns++) rig.offer(1000 + ns);
    expect(rig.frames.dropped).toEqual([5, 6, 7, 15, 16, 17, 25, 26, 27]);
    expect(rig.counters).toMatchObject({ outage: 9, lost: 0 });
  });

  it('draws nothing for what it drops', () => {
    const rig = new Rig([netem({ outage: { everyNs: 1e9, forNs: 10, afterNs: 0 }, loss: random(0.1) })], 42);
    for (let ns = 0; ns < 110; ns++) rig.offer(ns);
    expect(rig.frames.dropped.slice(10, 13)).toEqual([23, 37, 47]);
  });

  it('goes by the time at which packets come to its stage', () => {
    const rig = new Rig([netem({ delay: delay(5) }), netem({ outage: { everyNs: 1e9, forNs: 10, afterNs: 10 } })]);
    for (let ns = 0; ns < 20; ns++) rig.offer(ns);
    rig.take();
    expect(rig.frames.dropped).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });
});

describe('earliestService', () => {
  const { link } = new Rig([netem({ delay: delay(10, 4), reorder: { p: 0.5, correlation: 0, gap: 1 } })]);

  it('is the least delay when nothing is held', () => {
    expect(new Rig([]).link.earliestService(7)).toBe(7);
    expect(new Rig([netem({ delay: delay(10, 4) })]).link.earliestService(7)).toBe(13);
    expect(new Rig([netem({ delay: delay(4, 10) })]).link.earliestService(7)).toBe(7);
    expect(new Rig([netem({ delay: delay(10) }), netem({ delay: delay(5) })]).link.earliestService(7)).toBe(22);
    expect(link.earliestService(7)).toBe(7);
  });

  it('is behind what came earlier where order is kept', () => {
    const codel = { kind: 'codel' as const, targetNs: 1e12, intervalNs: 1e12, ecn: false };
    for (const queue of [{ packets: 100 }, { packets: 100, discipline: codel }]) {
      const rig = new Rig([netem({ delay: delay(5 * MS), rate: rate(8e6), queue })]);
      burst(rig, 0, 10);
      expect(rig.link.earliestService(0)).toBe(15 * MS);
      expect(rig.take(7 * MS)).toHaveLength(2);
      expect(rig.link.earliestService(7 * MS)).toBe(15 * MS);
    }
    const bucket = new Rig([{ kind: 'tbf', rateBps: 8e6, burstBytes: 1000, limitBytes: 1e6 }]);
    burst(bucket, 0, 3);
    expect(bucket.link.earliestService(0)).toBe(2 * MS);
  });
});
