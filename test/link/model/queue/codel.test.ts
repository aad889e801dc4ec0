import { describe, expect, it } from 'vitest';
import { netem, Rig, rate } from '../../rig.ts';
import { additiveIncrease } from './sender.ts';

const MS = 1e6;
const codel = { kind: 'codel' as const, targetNs: 5 * MS, intervalNs: 100 * MS, ecn: false };
const link = (discipline: typeof codel, packets = 1000) => netem({ rate: rate(8e6), queue: { packets, discipline } });

/** When, in whole ms, the nth drop of a queue that stays too long is due: by the square roots of RFC 8289, section 5. */
function schedule(count: number): number[] {
  // Served at whole ms: packet number t has waited for t ms, at 5 ms too long, at 105 ms for an interval.
  const times = [105, 205];
  let next = 205;
  for (let n = 2; times.length < count; n++) {
    next += 100 / Math.sqrt(n);
    times.push(Math.ceil(next));
  }
  return times;
}

describe('queue ... codel', () => {
  it('drops by the control law while a queue stands', () => {
    const rig = new Rig([link(codel)]);
    for (let i = 0; i < 1000; i++) rig.offer(0, 1000);
    const drops: number[] = [];
    for (let ms = 0; ms < 500; ms++) {
      rig.take(ms * MS);
      while (drops.length < rig.frames.dropped.length) drops.push(ms);
    }
    expect(drops).toEqual(schedule(drops.length));
    expect(drops.length).toBeGreaterThan(5);
    expect(rig.counters).toMatchObject({ aqmDropped: drops.length, queueDropped: 0 });
  });

  it('marks at those times what can be marked', () => {
    const rig = new Rig([link({ ...codel, ecn: true })]);
    for (let i = 0; i < 1000; i++) rig.offer(0, 1000, { ecnCapable: true });
    const marks: number[] = [];
    for (let ms = 0; ms < 500; ms++) {
      rig.take(ms * MS);
      while (marks.length < rig.counters.ecnMarked) marks.push(ms);
    }
    expect(marks).toEqual(schedule(marks.length));
    expect(rig.frames.dropped).toEqual([]);
  });

  it('leaves a queue alone that is short, or empties within an interval', () => {
    const rig = new Rig([link(codel)]);
    for (let ms = 0; ms < 2000; ms++) {
      rig.take(ms * MS);
      rig.offer(ms * MS, 1000);
      if (ms % 150 === 0) for (let i = 0; i < 4; i++) rig.offer(ms * MS, ms === 0 ? 1000 : 1);
    }
    expect(rig.counters.aqmDropped).toBe(0);
    const single = new Rig([link(codel)]);
    for (let i = 0; i < 100; i++) single.offer(0, 1000);
    single.take();
    expect(single.counters.aqmDropped).toBe(0);
  });

  it('drops at the end of the queue what finds it full', () => {
    const rig = new Rig([link(codel, 10)]);
    for (let i = 0; i < 12; i++) rig.offer(0, 1000);
    expect(rig.frames.dropped).toEqual([10, 11]);
    expect(rig.counters.queueDropped).toBe(2);
  });

  it('takes the standing queue of a sender that listens away', () => {
    const run = (discipline?: typeof codel, ecnCapable = false) => {
      const queue = { packets: 200, ...(discipline ? { discipline } : {}) };
      const rig = new Rig([netem({ rate: rate(12_112_000), queue })]);
      return { ...additiveIncrease(rig, 1 * MS, 40 * MS, 60e9, ecnCapable), counters: rig.counters };
    };
    const bloated = run();
    const controlled = run(codel);
    const marked = run({ ...codel, ecn: true }, true);
    // Without it the window swings between half of queue and path and all: some 130 of 240 packets wait on average.
    expect(bloated.meanWaitNs).toBeGreaterThan(80 * MS);
    expect(controlled.meanWaitNs).toBeLessThan(2 * codel.targetNs);
    expect(controlled.busy).toBeGreaterThan(0.8);
    expect(controlled.counters.queueDropped).toBe(0);
    expect(marked.meanWaitNs).toBeLessThan(2 * codel.targetNs);
    expect(marked.counters).toMatchObject({ queueDropped: 0, aqmDropped: 0 });
    expect(marked.counters.ecnMarked).toBeGreaterThan(0);
  });
});
