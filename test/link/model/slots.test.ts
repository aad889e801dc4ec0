import { describe, expect, it } from 'vitest';
import type { Slot } from '../../../src/link/profile.ts';
import { delay, netem, Rig } from '../rig.ts';

const MS = 1e6;

const uniform = (minNs: number, maxNs: number, packets = 0, bytes = 0): Slot => ({
  gap: { kind: 'uniform', minNs, maxNs },
  packets,
  bytes,
});

const dues = (rig: Rig) => rig.take().map(([, due]) => due);

describe('slot', () => {
  it('bunches packets by number', () => {
    // At 0 the first slot is drawn, to open at 10 ms; each takes two packets, then the next is drawn.
    const rig = new Rig([netem({ slot: uniform(10 * MS, 10 * MS, 2) })]);
    for (let i = 0; i < 5; i++) rig.offer(i);
    expect(dues(rig)).toEqual([10, 10, 20, 20, 30].map((ms) => ms * MS));
  });

  it('bunches packets by bytes, the last of which may go beyond', () => {
    const rig = new Rig([netem({ slot: uniform(10 * MS, 10 * MS, 0, 1500) })]);
    for (let i = 0; i < 5; i++) rig.offer(i, 1000);
    expect(dues(rig)).toEqual([10, 10, 20, 20, 30].map((ms) => ms * MS));
  });

  it('stays open without a budget, until a packet is due later', () => {
    const rig = new Rig([netem({ slot: uniform(10 * MS, 10 * MS) })]);
    for (let i = 0; i < 5; i++) rig.offer(i);
    expect(dues(rig)).toEqual(Array(5).fill(10 * MS));
    rig.offer(12 * MS);
    expect(dues(rig)).toEqual([22 * MS]);
  });

  it('draws anew at each offer while the slot opens before the first packet is due', () => {
    const rig = new Rig([netem({ delay: delay(100), slot: uniform(30, 30) })]);
    rig.offer(0);
    // Drawn at 0: opens at 30, before 100, so that the next looks draw again: at 50 for 80, at 90 for 120.
    rig.offer(50);
    expect(rig.link.nextDue()).toBe(100);
    rig.offer(90);
    expect(rig.link.nextDue()).toBe(120);
    // At 120 the first goes; the second is due at 150, for which at 120 a slot is drawn that opens then; the third at 190: 180, and at 190
    // one more.
    expect(rig.take()).toEqual([
      [0, 120],
      [1, 150],
      [2, 220],
    ]);
  });

  it('goes by its own time, however late it is asked', () => {
    const rig = new Rig([netem({ slot: uniform(10, 10, 1) })]);
    for (let i = 0; i < 3; i++) rig.offer(0);
    expect(rig.take(1000)).toEqual([
      [0, 10],
      [1, 20],
      [2, 30],
    ]);
  });

  it('draws gaps evenly between the bounds', () => {
    const rig = new Rig([netem({ slot: uniform(10 * MS, 20 * MS, 1) })]);
    const n = 10_000;
    for (let i = 0; i < n; i++) rig.offer(0);
    const times = dues(rig);
    const gaps = times.map((due, i) => due - (i > 0 ? times[i - 1] : 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10 * MS);
    expect(Math.max(...gaps)).toBeLessThan(20 * MS);
    // Uniform: sd 10 ms / sqrt(12); 4.9 sd leave one in a million.
    const mean = times[n - 1] / n;
    expect(Math.abs(mean - 15 * MS)).toBeLessThan((4.9 * 10 * MS) / Math.sqrt(12 * n));
  });

  it('draws gaps from a table', () => {
    const distribution = { name: 'own', values: [8192] };
    const gap = { kind: 'distribution' as const, distribution, delayNs: 10, jitterNs: 5 };
    const rig = new Rig([netem({ slot: { gap, packets: 1, bytes: 0 } })]);
    rig.offer(0);
    rig.offer(0);
    expect(dues(rig)).toEqual([15, 30]);
  });

  it('opens at once where the gap is drawn below zero', () => {
    const distribution = { name: 'own', values: [-8192] };
    const gap = { kind: 'distribution' as const, distribution, delayNs: 1, jitterNs: 5 };
    const rig = new Rig([netem({ slot: { gap, packets: 1, bytes: 0 } })]);
    for (let i = 0; i < 3; i++) rig.offer(100);
    expect(dues(rig)).toEqual([100, 100, 100]);
  });

  it('is no slot at all with gaps of nothing', () => {
    const rig = new Rig([netem({ slot: uniform(0, 0, 1) })]);
    rig.offer(5);
    rig.offer(6);
    expect(dues(rig)).toEqual([5, 6]);
  });
});
