import { describe, expect, it } from 'vitest';
import type { Queue } from '../../../../src/link/profile.ts';
import { netem, Rig, rate } from '../../rig.ts';

const MS = 1e6;
const discipline = {
  kind: 'fq_codel' as const,
  targetNs: 5 * MS,
  intervalNs: 100 * MS,
  ecn: false,
  flows: 1024,
  quantumBytes: 1514,
};
/** 1 ms for 1,000 bytes. */
const link = (queue: Queue = { packets: 1000, discipline }) => new Rig([netem({ rate: rate(8e6), queue })]);

describe('queue ... fq_codel', () => {
  it('isolates a sparse flow from one that fills the queue', () => {
    const rig = link();
    const sparse: number[] = [];
    const sent: number[] = [];
    for (let ms = 0; ms < 3000; ms++) {
      for (let i = 0; i < 3; i++) rig.offer(ms * MS, 1000, { flow: 1 });
      if (ms % 50 === 0) {
        const slot = rig.offer(ms * MS, 100, { flow: 2 });
        sent[slot] = ms * MS;
        sparse.push(slot);
      }
    }
    const waits = rig
      .take()
      .filter(([slot]) => sent[slot] !== undefined)
      .map(([slot, due]) => due - sent[slot]);
    expect(waits).toHaveLength(sparse.length);
    // Its own 0.1 ms, behind what is on the serialiser; in the beginning, when both are new, behind one packet more.
    expect(waits[0]).toBeLessThanOrEqual(2.1 * MS);
    expect(Math.max(...waits.slice(1))).toBeLessThanOrEqual(1.1 * MS);
  });

  it('shares by bytes, whatever the sizes of packets', () => {
    const rig = link({ packets: 2000, discipline: { ...discipline, targetNs: 1e12 } });
    for (let i = 0; i < 300; i++) rig.offer(0, 1500, { flow: 1 });
    for (let i = 0; i < 1000; i++) rig.offer(0, 300, { flow: 2 });
    const bytes = [0, 0, 0];
    for (const [slot] of rig.take(400 * MS)) bytes[rig.frames.at(slot).flow] += slot < 300 ? 1500 : 300;
    expect(bytes[1] + bytes[2]).toBeGreaterThan(397_000);
    // They differ by a quantum and a packet at most.
    expect(Math.abs(bytes[1] - bytes[2])).toBeLessThanOrEqual(1514 + 1500);
  });

  it('keeps the order within a flow', () => {
    const rig = link();
    for (let i = 0; i < 300; i++) rig.offer(0, 60 + (i % 7) * 100, { flow: i % 5 });
    const out = rig.take();
    for (let flow = 0; flow < 5; flow++) {
      const own = out.map(([slot]) => slot).filter((slot) => slot % 5 === flow);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
  });

  it('does not let a flow that ran empty come back as new before others had their turn', () => {
    const rig = link({ packets: 100, discipline: { ...discipline, quantumBytes: 1000 } });
    rig.offer(0, 1000, { flow: 9 });
    for (let i = 0; i < 3; i++) rig.offer(0, 1000, { flow: 1 });
    for (let i = 0; i < 3; i++) rig.offer(0, 1000, { flow: 2 });
    rig.offer(0, 1000, { flow: 3 });
    // Flow 3 is empty from 4 ms on; what comes for it then waits for its turn behind 1 and 2.
    expect(rig.take(4.5 * MS).map(([slot]) => rig.frames.at(slot).flow)).toEqual([9, 1, 2, 3]);
    rig.offer(4.5 * MS, 1000, { flow: 3 });
    expect(rig.take().map(([slot]) => rig.frames.at(slot).flow)).toEqual([1, 2, 3, 1, 2]);
  });

  it('runs a CoDel for each flow', () => {
    const rig = link();
    // A queue that stands for flow 1, and none for flow 2.
    for (let i = 0; i < 500; i++) rig.offer(0, 1000, { flow: 1 });
    for (let ms = 0; ms < 600; ms += 3) {
      rig.take(ms * MS);
      rig.offer(ms * MS, 1000, { flow: 2 });
    }
    rig.take();
    expect(rig.counters.aqmDropped).toBeGreaterThan(3);
    expect(rig.frames.dropped.every((slot) => rig.frames.at(slot).flow === 1)).toBe(true);
  });

  it('drops from the head of the fattest flow when it is full, half of it at a time', () => {
    const rig = link({ packets: 100, discipline });
    for (let i = 0; i < 20; i++) rig.offer(0, 1000, { flow: 2 });
    for (let i = 0; i < 80; i++) rig.offer(0, 1000, { flow: 1 });
    expect(rig.frames.dropped).toEqual([]);
    rig.offer(0, 1000, { flow: 2 });
    expect(rig.frames.dropped).toEqual(Array.from({ length: 40 }, (_, i) => 20 + i));
    expect(rig.counters).toMatchObject({ queueDropped: 40, aqmDropped: 0 });
  });

  it('drops 64 at most at a time', () => {
    const rig = link({ packets: 300, discipline });
    for (let i = 0; i < 301; i++) rig.offer(0, 1000, { flow: 1 });
    expect(rig.counters.queueDropped).toBe(64);
  });
});
