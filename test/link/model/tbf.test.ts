import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tbf } from '../../../src/link/profile.ts';
import { tbf } from '../arbitrary-model.ts';
import { Rig } from '../rig.ts';

/** 1 us for a byte. */
const bucket = (words: Partial<Tbf> = {}): Tbf => ({
  kind: 'tbf',
  rateBps: 8e6,
  burstBytes: 2000,
  limitBytes: 1e6,
  ...words,
});

const dues = (rig: Rig) => rig.take().map(([, due]) => due / 1000);

describe('tbf', () => {
  it('lets a burst through at once, then goes at its rate', () => {
    const rig = new Rig([bucket()]);
    for (let i = 0; i < 5; i++) rig.offer(0, 1000);
    expect(dues(rig)).toEqual([0, 0, 1000, 2000, 3000]);
  });

  it('saves tokens up to its burst while idle', () => {
    const rig = new Rig([bucket()]);
    for (let i = 0; i < 2; i++) rig.offer(0, 1000);
    for (let i = 0; i < 2; i++) rig.offer(1_500_000, 1000);
    for (let i = 0; i < 3; i++) rig.offer(1e9, 1000);
    expect(dues(rig)).toEqual([0, 0, 1500, 2000, 1e6, 1e6, 1e6 + 1000]);
  });

  it('drops what no bucket can ever hold', () => {
    const rig = new Rig([bucket({ burstBytes: 1000, peakRateBps: 80e6, mtuBytes: 900 })]);
    rig.offer(0, 1001);
    rig.offer(0, 901);
    rig.offer(0, 900);
    expect(rig.counters).toMatchObject({ queueDropped: 2 });
    expect(dues(rig)).toEqual([0]);
  });

  it('spaces a burst at its peak rate', () => {
    // The second bucket holds one packet and fills in 500 us.
    const rig = new Rig([bucket({ peakRateBps: 16e6, mtuBytes: 1000 })]);
    for (let i = 0; i < 5; i++) rig.offer(0, 1000);
    expect(dues(rig)).toEqual([0, 500, 1000, 2000, 3000]);
  });

  it('bounds the bytes that wait', () => {
    const rig = new Rig([bucket({ limitBytes: 2500 })]);
    for (let i = 0; i < 6; i++) rig.offer(0, 1000);
    // Two go at once, two more wait.
    expect(rig.frames.dropped).toEqual([4, 5]);
    rig.offer(1e6, 1000);
    expect(rig.frames.dropped).toEqual([4, 5]);
  });

  it('charges overhead, and small packets as larger ones', () => {
    const rig = new Rig([bucket({ burstBytes: 300, overheadBytes: 4, mpuBytes: 100 })]);
    for (let i = 0; i < 3; i++) rig.offer(0, 60);
    rig.offer(0, 200);
    rig.offer(0, 297);
    expect(rig.frames.dropped).toEqual([4]);
    expect(dues(rig)).toEqual([0, 0, 0, 204]);
  });

  it('never sends more in any time than burst plus rate, and never leaves tokens unused', () => {
    const traffic = fc.array(
      fc.record({ gap: fc.integer({ min: 0, max: 200_000 }), bytes: fc.integer({ min: 60, max: 1514 }) }),
      {
        minLength: 1,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(tbf, traffic, (stage, steps) => {
        const rig = new Rig([stage]);
        let now = 0;
        const arrivals: number[] = [];
        for (const { gap, bytes } of steps) {
          now += gap;
          arrivals.push(now);
          rig.offer(now, bytes);
        }
        const charge = (bytes: number) => Math.max(stage.mpuBytes ?? 0, bytes + (stage.overheadBytes ?? 0));
        const { peakRateBps, mtuBytes } = stage;
        const peak = peakRateBps !== undefined && mtuBytes !== undefined ? [[peakRateBps, mtuBytes]] : [];
        const buckets = [[stage.rateBps, stage.burstBytes], ...peak];
        const sent: { due: number; bytes: number; slot: number }[] = [];
        for (const [slot, due] of rig.take()) {
          const { bytes } = steps[slot];
          sent.push({ due, bytes: charge(bytes), slot });
          // How far each stretch of packets that ends here is from what its bucket allows, bytes.
          let least = Infinity;
          for (const [bps, most] of buckets) {
            let sum = 0;
            for (let i = sent.length - 1; i >= 0; i--) {
              sum += sent[i].bytes;
              least = Math.min(least, most + ((due - sent[i].due) * bps) / 8e9 - sum);
            }
          }
          expect(least).toBeGreaterThan(-1e-6);
          // A packet that waited for something left as soon as a bucket had enough, or behind the one before it.
          const turn = Math.max(arrivals[slot], sent.length > 1 ? sent[sent.length - 2].due : 0);
          if (due > turn) expect(least).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 500 },
    );
  });
});
