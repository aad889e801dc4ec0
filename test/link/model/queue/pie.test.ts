import { describe, expect, it } from 'vitest';
import { netem, Rig, rate } from '../../rig.ts';
import { additiveIncrease } from './sender.ts';

const MS = 1e6;
const pie = { kind: 'pie' as const, targetNs: 15 * MS, updateNs: 15 * MS, ecn: false };
/** 1 ms for a full frame. */
const link = (discipline: typeof pie, packets = 1000) =>
  new Rig([netem({ rate: rate(12_112_000), queue: { packets, discipline } })], 3);

/** A sender that does not listen: a packet each `gapNs`. Mean wait and drop share of the second half. */
function overload(rig: Rig, gapNs: number, count: number, ecnCapable = false) {
  const sentAt: number[] = [];
  let waited = 0;
  let delivered = 0;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const now = i * gapNs;
    for (const [slot, due] of rig.take(now)) {
      if (slot < count / 2) continue;
      waited += due - sentAt[slot] - MS;
      delivered++;
    }
    if (i === count / 2) before = rig.counters.aqmDropped;
    sentAt[rig.offer(now, 1514, { ecnCapable })] = now;
  }
  return { meanWaitNs: waited / delivered, dropShare: (rig.counters.aqmDropped - before) / (count / 2) };
}

describe('queue ... pie', () => {
  it('holds the delay at its target under an overload that does not listen', () => {
    // 1.25 times what the link takes, for 100 s: a fifth has to go.
    const { meanWaitNs, dropShare } = overload(link(pie), 0.8 * MS, 125_000);
    expect(Math.abs(meanWaitNs - pie.targetNs)).toBeLessThan(5 * MS);
    expect(Math.abs(dropShare - 0.2)).toBeLessThan(0.01);
  });

  it('lets the first burst pass', () => {
    const rig = link(pie);
    for (let i = 0; i < 140; i++) rig.offer(i * MS, 1514);
    for (let i = 0; i < 100; i++) rig.offer(140 * MS, 1514);
    expect(rig.counters.aqmDropped).toBe(0);
  });

  it('drops nothing while the queue is short', () => {
    const rig = link(pie);
    for (let i = 0; i < 20_000; i++) {
      rig.take(i * MS);
      rig.offer(i * MS, 1514);
    }
    expect(rig.counters).toMatchObject({ aqmDropped: 0, queueDropped: 0 });
  });

  it('forgets when the queue stays empty', () => {
    const rig = link(pie);
    overload(rig, 0.5 * MS, 20_000);
    rig.take();
    const { aqmDropped } = rig.counters;
    expect(aqmDropped).toBeGreaterThan(1000);
    for (let i = 0; i < 100; i++) rig.offer(3600e9, 1514);
    expect(rig.counters.aqmDropped).toBe(aqmDropped);
  });

  it('drops at the end of the queue what finds it full', () => {
    const rig = link(pie, 10);
    for (let i = 0; i < 12; i++) rig.offer(0, 1514);
    expect(rig.counters).toMatchObject({ aqmDropped: 0, queueDropped: 2 });
  });

  it('marks what can be marked, but drops it when congestion is heavy', () => {
    const light = link({ ...pie, ecn: true });
    const listening = additiveIncrease(light, MS, 40 * MS, 60e9, true);
    expect(listening.meanWaitNs).toBeLessThan(2 * pie.targetNs);
    expect(light.counters.ecnMarked).toBeGreaterThan(10);
    expect(light.counters.aqmDropped).toBe(0);
    // Half has to go, far more than the 10 % up to which marks are enough.
    const heavy = link({ ...pie, ecn: true });
    expect(overload(heavy, 0.5 * MS, 60_000, true).dropShare).toBeGreaterThan(0.45);
  });

  it('takes the standing queue of a sender that listens away', () => {
    const { meanWaitNs, busy } = additiveIncrease(link(pie), MS, 40 * MS, 60e9);
    expect(meanWaitNs).toBeLessThan(2 * pie.targetNs);
    expect(busy).toBeGreaterThan(0.9);
  });
});
