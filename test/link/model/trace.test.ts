import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Opportunities, tracedBytes } from '../../../src/link/model/opportunities.ts';
import type { Queue } from '../../../src/link/profile.ts';
import { delay, netem, Rig } from '../rig.ts';

const MS = 1e6;

const trace = (...ms: number[]) => ({ name: 'made up', ms: Uint32Array.from(ms) });

const rig = (ms: number[], queue?: Queue) => new Rig([netem({ trace: trace(...ms), ...(queue ? { queue } : {}) })]);

/** [slot, ms after `start`] */
const out = (link: Rig, start = 0) => link.take().map(([slot, due]) => [slot, (due - start) / MS]);

describe('trace', () => {
  it('lets one full frame go at each opportunity, and starts anew at the end', () => {
    const link = rig([2, 5, 9]);
    for (let i = 0; i < 7; i++) link.offer(0, 1514);
    expect(out(link)).toEqual([
      [0, 2],
      [1, 5],
      [2, 9],
      [3, 11],
      [4, 14],
      [5, 18],
      [6, 20],
    ]);
  });

  it('counts time from the first packet', () => {
    const link = rig([2, 5]);
    link.offer(1000 * MS + 7, 1514);
    expect(out(link, 1000 * MS + 7)).toEqual([[0, 2]]);
  });

  it('lets small packets share an opportunity, and finishes a large one at the next', () => {
    const link = rig([1, 2, 3, 10]);
    // 1,504 bytes each time; a frame counts 10 less: 500, 500, 700, 1000, 804.
    for (const bytes of [510, 510, 710, 1010, 814]) link.offer(0, bytes);
    expect(out(link)).toEqual([
      [0, 1],
      [1, 1],
      // 504 of 700, and 196 at 2 ms, with 1,000 behind it; that leaves 308, and 496 at 3 ms.
      [2, 2],
      [3, 2],
      [4, 3],
    ]);
  });

  it('takes as many opportunities as a jumbo frame needs', () => {
    const link = rig([1, 2, 3, 4]);
    link.offer(0, 3 * 1504 + 10);
    link.offer(0, 1514);
    expect(out(link)).toEqual([
      [0, 3],
      [1, 4],
    ]);
  });

  it('wastes what finds nothing to do', () => {
    const link = rig([1, 2, 3, 4]);
    link.offer(0, 110);
    expect(link.take(1 * MS)).toEqual([[0, MS]]);
    // The rest of the opportunity at 1 ms is gone, and that at 2 ms went before the packet came.
    link.offer(2 * MS, 110);
    expect(out(link)).toEqual([[1, 3]]);
    link.offer(100 * MS, 110);
    expect(out(link)).toEqual([[2, 101]]);
  });

  it('has as many opportunities in a millisecond as lines say', () => {
    const link = rig([0, 1, 1, 1, 3]);
    for (let i = 0; i < 6; i++) link.offer(0, 1514);
    // That at 0 was before; the next round starts at 3 ms.
    expect(out(link).map(([, ms]) => ms)).toEqual([1, 1, 1, 3, 3, 4]);
  });

  it('drops what finds the queue full, the packet on its way included', () => {
    const link = rig([1, 2, 3, 4], { packets: 2 });
    for (let i = 0; i < 3; i++) link.offer(0, 1514);
    expect(link.frames.dropped).toEqual([2]);
    link.offer(1 * MS, 1514);
    expect(link.frames.dropped).toEqual([2]);
    const bytes = rig([1, 2, 3, 4], { bytes: 3000 });
    for (const size of [1514, 1514, 1486]) bytes.offer(0, size);
    expect(bytes.frames.dropped).toEqual([1]);
    const wait = rig([1, 2, 3, 4], { ns: 2 * MS });
    for (let i = 0; i < 5; i++) wait.offer(0, 1514);
    expect(wait.frames.dropped).toEqual([3, 4]);
  });

  it('comes behind the delay, which keeps order', () => {
    const link = new Rig([netem({ delay: delay(4 * MS, 3 * MS), trace: trace(1) })]);
    for (let i = 0; i < 100; i++) link.offer(i * MS, 1514);
    const order = out(link);
    expect(order.map(([slot]) => slot)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(order.every(([slot, ms]) => ms - slot >= 1 && ms === Math.round(ms))).toBe(true);
  });
});

/** Mahimahi's link, opportunity by opportunity: [slot, ms] of what leaves. */
function plain(ms: readonly number[], packets: readonly { at: number; bytes: number }[]): [number, number][] {
  const out: [number, number][] = [];
  const left = packets.map(({ bytes }) => bytes - 10);
  let first = 0;
  for (let base = 0; first < packets.length; base += ms[ms.length - 1]) {
    for (const time of ms) {
      let unused = 1504;
      // What comes at the very time of an opportunity comes too late for it.
      while (unused > 0 && first < packets.length && packets[first].at < base + time) {
        const bytes = Math.min(unused, left[first]);
        unused -= bytes;
        left[first] -= bytes;
        if (left[first] === 0) out.push([first++, base + time]);
      }
    }
  }
  return out;
}

describe('trace, whatever it says', () => {
  it('does what Mahimahi does', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 10 });
    const gaps = fc.array(
      fc.record({ gap: fc.constantFrom(0, 0, 0.25, 1, 7), bytes: fc.integer({ min: 60, max: 3000 }) }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, gaps, (steps, gaps) => {
        const ms = steps.map((_, i) => 1 + steps.slice(0, i + 1).reduce((sum, step) => sum + step));
        let at = 0;
        const packets = gaps.map(({ gap, bytes }, i) => {
          if (i > 0) at += gap;
          return { at, bytes };
        });
        const link = rig(ms);
        for (const { at, bytes } of packets) link.offer(50 * MS + at * MS, bytes);
        expect(out(link, 50 * MS)).toEqual(plain(ms, packets));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Opportunities', () => {
  const opportunities = new Opportunities(trace(0, 2, 2, 5));

  it('repeats itself for ever', () => {
    expect([0, 1, 2, 3, 4, 5, 8, 400].map((index) => opportunities.at(index) / MS)).toEqual([
      0, 2, 2, 5, 5, 7, 10, 500,
    ]);
  });

  it('finds the next one', () => {
    expect([-1, 0, 1.9, 2, 4, 5, 6.5, 500].map((ms) => opportunities.after(ms * MS))).toEqual([
      0, 1, 1, 3, 3, 5, 5, 401,
    ]);
  });

  it('knows the longest time for so many', () => {
    // From just after one to the last of the count: 2 to 5; 2 to 5, 5; 0 to 5 with two between.
    expect([1, 2, 3, 4, 8].map((count) => opportunities.longest(count) / MS)).toEqual([3, 3, 5, 5, 10]);
  });

  it('counts a frame as Mahimahi does: without Ethernet, with 4 bytes of its own', () => {
    expect([1514, 60, 5].map(tracedBytes)).toEqual([1504, 50, 1]);
  });
});
