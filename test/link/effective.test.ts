import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capacityBps, effectiveProfile, maxHoldingNs, pathDelayNs } from '../../src/link/effective.ts';
import { type DirectionProfile, MAX_HELD, type Netem, type Stage, type Tbf } from '../../src/link/profile.ts';
import { anyStages } from './arbitrary-model.ts';
import { delay, netem, rate } from './rig.ts';

const MS = 1e6;
const plain = (words: Partial<Netem> = {}): Netem => ({ kind: 'netem', ...words });
const bucket: Tbf = { kind: 'tbf', rateBps: 8e6, burstBytes: 2000, limitBytes: 6400 };
const one = (...stages: Stage[]): DirectionProfile => ({ stages });
/** 12 Mbit/s of 1,500-byte packets. */
const trace = { name: 'twelve', ms: Uint32Array.of(1) };

/** The stages of a direction, made effective together with the same on the way back. */
const effective = (...stages: Stage[]) => effectiveProfile({ up: one(...stages), down: one(...stages) }).up.stages;

describe('effectiveProfile', () => {
  it('plans for the delay line and one round-trip bandwidth-delay product', () => {
    // Queue: 20e6 * 0.04 / (8 * 1514) = 66.05; delay line: 20e6 * 0.025 / (8 * 64) = 976.6 (of the jitter all but 1 ns).
    expect(effective(plain({ delay: delay(20 * MS, 5 * MS), rate: rate(20e6) }))).toMatchObject([
      { queue: { packets: 67 }, limit: 977 + 67 },
    ]);
  });

  it('counts the delays of both directions, of all their stages', () => {
    // 100e6 * 0.1 / (8 * 1514) = 825.6, although this direction has no delay.
    const { up } = effectiveProfile({
      up: one(plain({ rate: rate(100e6) })),
      down: one(plain({ delay: delay(60 * MS) }), plain({ delay: delay(40 * MS) })),
    });
    expect(up.stages).toMatchObject([{ queue: { packets: 826 }, limit: 826 }]);
  });

  it('queues at least 64 packets, and holds no more than memory is set aside for', () => {
    expect(effective(plain({ rate: rate(1e6) }))).toMatchObject([{ queue: { packets: 64 }, limit: 64 }]);
    expect(effective(plain({ delay: delay(1e9), rate: rate(10e9) }))).toMatchObject([
      { queue: { packets: MAX_HELD }, limit: MAX_HELD },
    ]);
  });

  it('reckons a trace by its mean rate', () => {
    // 12.112 Mbit/s of frames * 0.2 s / (8 * 1514) = 200; 12.112e6 * 0.1 / (8 * 64) = 2365.6.
    expect(effective(plain({ delay: delay(100 * MS), trace }))).toMatchObject([
      { queue: { packets: 200 }, limit: 2366 + 200 },
    ]);
  });

  it('has no queue without a rate, and leaves a bare direction bare', () => {
    expect(effective(plain({ delay: delay(10 * MS) }))).toEqual([netem({ delay: delay(10 * MS) })]);
    expect(effective()).toEqual([]);
    expect(effective(bucket)).toEqual([bucket]);
  });

  it('leaves a limit alone, and whatever queue stands beside it', () => {
    const limited = plain({ delay: delay(10 * MS), rate: rate(1e6), limit: 5 });
    expect(effective(limited)).toEqual([limited]);
  });

  it('plans for the queue that is named', () => {
    const stage = plain({ delay: delay(10 * MS), rate: rate(1e6) });
    const limit = (queue: NonNullable<Netem['queue']>) => {
      const [made] = effective({ ...stage, queue });
      expect(made).toMatchObject({ queue });
      return made.kind === 'netem' ? made.limit : undefined;
    };
    // Delay line 1e6 * 0.01 / (8 * 64) = 19.5; small frames of 64 bytes.
    expect(limit({ packets: 7 })).toBe(20 + 7);
    expect(limit({ bytes: 6400 })).toBe(20 + 100);
    // 0.1 s at 1 Mbit/s are 195.3 small frames, and one is on the serialiser.
    expect(limit({ ns: 100 * MS })).toBe(20 + 197);
    expect(limit({ packets: 50, bytes: 6400, ns: 100 * MS })).toBe(20 + 50);
    const discipline = { kind: 'codel' as const, targetNs: 5 * MS, intervalNs: 100 * MS, ecn: false };
    // It takes a packet in before it drops one.
    expect(limit({ packets: 1000, discipline })).toBe(MAX_HELD);
  });

  it('plans for the stages behind, which count under a limit', () => {
    // 100 frames of 64 bytes in the bucket, and 64 packets before the rate.
    expect(effective(plain({ rate: rate(1e6) }), bucket)).toMatchObject([{ limit: 64 + 100 }, bucket]);
    expect(effective(plain({ rate: rate(1e6) }), plain({ rate: rate(2e6), limit: 30 }))).toMatchObject([
      { limit: 64 + 30 },
      { limit: 30 },
    ]);
    expect(effective(plain({ rate: rate(1e6) }), plain())).toMatchObject([{ limit: MAX_HELD }, { limit: MAX_HELD }]);
  });

  it('is complete, bounded and stable', () => {
    const open = anyStages.map((stages) =>
      stages.map((stage, i) => {
        if (stage.kind === 'tbf' || i % 2 === 0) return stage;
        const { limit: _, ...rest } = stage;
        return rest;
      }),
    );
    fc.assert(
      fc.property(open, open, (up, down) => {
        const once = effectiveProfile({ up: { stages: up }, down: { stages: down } });
        for (const stage of [...once.up.stages, ...once.down.stages]) {
          if (stage.kind === 'tbf') continue;
          expect(stage.limit).toBeGreaterThanOrEqual(1);
          expect(stage.limit).toBeLessThanOrEqual(MAX_HELD);
        }
        expect(effectiveProfile(once)).toEqual(once);
      }),
    );
  });
});

describe('pathDelayNs', () => {
  it('adds the delays of all stages', () => {
    expect(pathDelayNs(one())).toBe(0);
    expect(pathDelayNs(one(plain({ delay: delay(3, 2) }), bucket, plain({ delay: delay(4) }), plain()))).toBe(7);
  });
});

describe('capacityBps', () => {
  it('is the least of all mean rates', () => {
    expect(capacityBps(one(plain({ delay: delay(3) })))).toBeUndefined();
    expect(capacityBps(one(plain({ rate: rate(20e6) }), bucket))).toBe(8e6);
    expect(capacityBps(one(plain({ rate: rate(5e6) }), bucket))).toBe(5e6);
    expect(capacityBps(one(plain({ trace: { name: '', ms: Uint32Array.of(0, 3, 3, 8) } })))).toBe(
      (4 * 1514 * 8) / 0.008,
    );
  });
});

describe('maxHoldingNs', () => {
  const holding = (...stages: Stage[]) => maxHoldingNs(one(...effective(...stages))) / MS;

  it('adds delay, jitter and a full queue', () => {
    // 12,112 bit/s: 1 s for a full frame.
    const slow = { delay: delay(10 * MS, 2 * MS), rate: rate(12_112) };
    expect(holding(plain({ ...slow, queue: { packets: 3 } }))).toBeCloseTo(12 + 3000, 5);
    expect(holding(plain({ ...slow, queue: { bytes: 1514 * 3 } }))).toBeCloseTo(12 + 3000, 5);
    expect(holding(plain({ ...slow, queue: { ns: 500 * MS } }))).toBeCloseTo(12 + 1500, 5);
    expect(holding(plain({ ...slow, limit: 4 }))).toBeCloseTo(12 + 4000, 5);
    expect(holding(plain({ delay: delay(10 * MS) }))).toBe(10);
    expect(holding()).toBe(0);
  });

  it('goes by the widest value of a distribution', () => {
    const distribution = { name: 'own', values: [-8192, 3 * 8192] };
    expect(holding(plain({ delay: { ...delay(10 * MS, 1 * MS), distribution } }))).toBe(13);
  });

  it('goes by the slowest stretch of a trace', () => {
    const gappy = { name: 'gap', ms: Uint32Array.of(1, 2, 102, 103, 104) };
    expect(holding(plain({ trace: gappy, queue: { packets: 2 } }))).toBe(101);
    expect(holding(plain({ trace: gappy, queue: { ns: 10 * MS } }))).toBe(111);
  });

  it('adds slots and buckets', () => {
    const slot = { gap: { kind: 'uniform' as const, minNs: 0, maxNs: 5 * MS }, packets: 10, bytes: 0 };
    expect(holding(plain({ slot, limit: 20 }))).toBe(15);
    // 6,400 bytes at 1 us each.
    expect(holding(bucket)).toBeCloseTo(6.4, 9);
  });
});
