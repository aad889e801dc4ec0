import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traffic } from '../../arbitrary-model.ts';
import { delay, netem, Rig, rate } from '../../rig.ts';

const MS = 1e6;
/** Tail drop, but event by event: CoDel that never finds a packet to have waited too long. */
const patient = { kind: 'codel' as const, targetNs: Infinity, intervalNs: 1e8, ecn: false };

describe('a bottleneck of its own', () => {
  it('does what the serialiser of netem does, whose times are known on arrival', () => {
    const bounds = fc.record({
      packets: fc.integer({ min: 1, max: 20 }),
      bytes: fc.integer({ min: 1514, max: 20_000 }),
      ns: fc.integer({ min: 0, max: 200_000 }),
    });
    const jitter = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(bounds, jitter, fc.integer({ min: 1e7, max: 1e9 }), traffic, (queue, jitterNs, bps, steps) => {
        // No delay below zero: there netem's serialiser has a head start.
        const words = { delay: delay(jitterNs, jitterNs), rate: rate(bps) };
        const closed = new Rig([netem({ ...words, queue })]);
        const open = new Rig([netem({ ...words, queue: { ...queue, discipline: patient } })]);
        for (const rig of [closed, open]) {
          let now = 0;
          for (const { gap, bytes } of steps) {
            now += gap;
            rig.offer(now, bytes);
          }
        }
        const [one, other] = [closed.take(), open.take()];
        deepEqual(
          other.map(([slot]) => slot),
          one.map(([slot]) => slot),
        );
        // Sums in another order: equal to a part in 10^12 or so.
        for (const [i, [, due]] of one.entries()) expect(Math.abs(other[i][1] - due)).toBeLessThan(1e-3);
        deepEqual(open.counters, closed.counters);
      }),
      { numRuns: 500 },
    );
  });
});

describe('queue ... drophead', () => {
  it('drops what has waited longest, not what is on the serialiser', () => {
    const rig = new Rig([netem({ rate: rate(8e6), queue: { packets: 3, discipline: { kind: 'drophead' } } })]);
    for (let i = 0; i < 6; i++) rig.offer(0, 1000);
    expect(rig.frames.dropped).toEqual([1, 2, 3]);
    expect(rig.counters).toMatchObject({ queueDropped: 3, aqmDropped: 0 });
    expect(rig.take()).toEqual([
      [0, 1 * MS],
      [4, 2 * MS],
      [5, 3 * MS],
    ]);
  });

  it('drops as many as a large one needs, and that one where it never fits', () => {
    const rig = new Rig([netem({ rate: rate(8e6), queue: { bytes: 1500, discipline: { kind: 'drophead' } } })]);
    for (const bytes of [100, 500, 500, 1000, 1401]) rig.offer(0, bytes);
    expect(rig.frames.dropped).toEqual([1, 2, 3, 4]);
  });
});
