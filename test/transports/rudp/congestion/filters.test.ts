import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FullPipe } from '../../../../src/transports/rudp/congestion/full-pipe.ts';
import { InflightLimit } from '../../../../src/transports/rudp/congestion/inflight-limit.ts';
import { LossBaseline } from '../../../../src/transports/rudp/congestion/loss-baseline.ts';
import { LossMeter } from '../../../../src/transports/rudp/congestion/loss-meter.ts';
import { MinRtt } from '../../../../src/transports/rudp/congestion/min-rtt.ts';
import { RoundMax } from '../../../../src/transports/rudp/congestion/round-max.ts';
import { StartupLoss } from '../../../../src/transports/rudp/congestion/startup-loss.ts';

describe('RoundMax', () => {
  it('is the maximum of the last rounds, as found by looking at all of them', () => {
    const rounds = fc.array(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 4 }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), rounds, (width, samples) => {
        const max = new RoundMax(width);
        samples.forEach((round, i) => {
          if (i > 0) max.advance();
          for (const sample of round) max.add(sample);
          expect(max.value).toBe(Math.max(0, ...samples.slice(Math.max(0, i - width + 1), i + 1).flat()));
        });
      }),
    );
  });

  it('forgets all when it is reset', () => {
    const max = new RoundMax(3);
    max.add(9);
    max.advance();
    max.reset(4);
    max.advance();
    expect(max.value).toBe(4);
  });
});

describe('MinRtt', () => {
  it('asks for a look when the least has not been near for five seconds', () => {
    const rtt = new MinRtt();
    rtt.add(0, 40e6);
    rtt.add(4e9, 40.5e6);
    rtt.add(8e9, 60e6);
    expect([rtt.stale(8.9e9), rtt.stale(9.1e9), rtt.seenSince(4e9), rtt.seenSince(5e9)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('is replaced by what a look found only if that is clearly more', () => {
    const rtt = new MinRtt();
    rtt.add(0, 40e6);
    rtt.look();
    rtt.add(6e9, 43e6);
    rtt.looked(6.2e9);
    expect(rtt.value).toBe(40e6);
    rtt.look();
    rtt.add(12e9, 82e6);
    rtt.add(12.1e9, 80e6);
    rtt.looked(12.2e9);
    expect([rtt.value, rtt.stale(12.3e9)]).toEqual([80e6, false]);
  });
});

describe('LossMeter', () => {
  it('counts what was sent within its span, whenever it is heard of', () => {
    const meter = new LossMeter();
    meter.add(5, 100, 5, 100);
    meter.open(10);
    meter.add(9, 100, 12, 10);
    meter.add(11, 1, -Infinity, 0);
    meter.close(20);
    meter.add(20, 2, 21, 100);
    meter.add(NaN, 0, 15, 20);
    expect([meter.ackedBytes, meter.lostBytes, meter.total]).toEqual([3, 30, 33]);
    expect([meter.settled(20), meter.settled(21), meter.settled(NaN)]).toEqual([false, true, false]);
  });
});

describe('LossBaseline', () => {
  const fed = (quiet: number, steady: number, alone = true) => {
    const baseline = new LossBaseline(1);
    for (let i = 0; i < 40; i++) {
      baseline.addQuiet(quiet * 100, 100, alone);
      baseline.addSteady(steady * 100, 100);
    }
    return baseline;
  };

  it('is what is lost both when holding back and when not', () => {
    expect(fed(0.05, 0.05).share).toBeCloseTo(0.05);
    expect(fed(0.05, 0.02).share).toBeCloseTo(0.02);
  });

  it('does not make up for loss that comes from sending too much', () => {
    expect(fed(0.05, 0.2).share).toBe(0);
    expect(fed(0.05, 0.2).overdriven).toBe(true);
    expect(fed(0.05, 0.06).overdriven).toBe(false);
  });

  it('makes up for nothing while others fill the queue', () => {
    expect(fed(0.1, 0.1, false).share).toBeLessThan(0.001);
  });

  it('calls loss too much when it is beyond tolerance and chance', () => {
    const baseline = fed(0.05, 0.05);
    expect(baseline.exceeded(60, 1000)).toBe(false);
    expect(baseline.exceeded(250, 1000)).toBe(true);
    // Two of ten is chance.
    expect(baseline.exceeded(2, 10)).toBe(false);
  });

  it('remembers loss that comes in bursts for longer', () => {
    const rounds = (baseline: LossBaseline, losses: readonly number[]) => {
      for (const lost of losses) {
        baseline.resize(1, 10);
        baseline.addQuiet(lost, 100, true);
        baseline.addSteady(lost, 100);
      }
    };
    const after = (losses: readonly number[]) => {
      const baseline = new LossBaseline(1);
      rounds(baseline, Array.from({ length: 10 }, () => losses).flat());
      rounds(baseline, Array(6).fill(0));
      return baseline.share;
    };
    // A memory of 600 packets has lost two thirds of it by then, one of 3,000 no more than a fifth.
    expect(after([10, 10, 10, 10])).toBeLessThan(0.05);
    expect(after([0, 0, 0, 40])).toBeGreaterThan(0.07);
  });

  it('judges nothing before it knows anything', () => {
    expect(new LossBaseline(1).exceeded(500, 1000)).toBe(false);
  });
});

describe('StartupLoss', () => {
  /** Rounds of 100 packets: what each brought, how many of them were lost, and from which on a queue stood. */
  const after = (bandwidths: readonly number[], lost: readonly number[], queuedFrom = Infinity) => {
    const baseline = new LossBaseline(1);
    const startupLoss = new StartupLoss(baseline);
    for (const [i, bandwidth] of bandwidths.entries()) startupLoss.onRound(bandwidth, i >= queuedFrom, lost[i], 100);
    return baseline;
  };

  it('is that of rounds which were followed by one that brought much more', () => {
    expect(after([1, 2, 4, 8], [5, 5, 5, 5]).share).toBeCloseTo(0.05);
  });

  it.each([
    ['the last round: the path may have taken no more', after([1, 2, 4], [0, 0, 50])],
    ['a round after which no more arrived', after([1, 2, 4, 5, 5], [0, 0, 50, 50, 50])],
    ['rounds behind a queue', after([1, 2, 4, 8], [0, 0, 50, 50], 2)],
  ])('leaves out %s', (_what, baseline) => {
    expect([baseline.known, baseline.share]).toEqual([true, 0]);
  });
});

describe('FullPipe', () => {
  it('is full after three rounds without growth, two if a queue shows, one if much is lost as well', () => {
    const plain = new FullPipe();
    for (const bandwidth of [100, 200, 220, 230]) plain.onRound(bandwidth, false, false, 0, 0);
    expect(plain.full).toBe(false);
    plain.onRound(240, false, false, 0, 0);
    expect(plain.full).toBe(true);
    const queued = new FullPipe();
    queued.onRound(100, false, false, 0, 0);
    queued.onRound(110, false, true, 0, 0);
    expect(queued.full).toBe(false);
    queued.onRound(110, false, true, 0, 0);
    expect(queued.full).toBe(true);
  });

  it('is full when a queue stands and much is lost, even if the application or the credit sets the pace', () => {
    for (const [surplus, lost] of [
      [0.07, 50],
      [0.2, 5],
      [0.2, 50],
    ]) {
      const pipe = new FullPipe();
      pipe.onRound(100, true, false, 0, 0);
      pipe.onRound(110, true, true, surplus, lost);
      expect(pipe.full).toBe(surplus === 0.2 && lost === 50);
    }
  });

  it('does not take loss for the end while more arrives, nor the pace of the application', () => {
    const pipe = new FullPipe();
    for (const bandwidth of [100, 180, 320]) pipe.onRound(bandwidth, false, false, 0.2, 50);
    for (let i = 0; i < 9; i++) pipe.onRound(320, true, false, 0, 0);
    expect(pipe.full).toBe(false);
  });
});

describe('InflightLimit', () => {
  it('is where packets were lost, not less than the path holds, and is lifted in growing steps', () => {
    const limit = new InflightLimit();
    expect(limit.probing).toBe(Number.POSITIVE_INFINITY);
    limit.congested(1500, 1000, 10);
    limit.probe();
    expect([limit.probing, limit.steady]).toEqual([1510, 0.85 * 1500]);
    limit.lift();
    limit.probe();
    expect(limit.probing).toBe(1530);
    limit.congested(200, 1000, 10);
    limit.congested(200, 1000, 10);
    expect(limit.probing).toBe(1000);
    limit.clear();
    expect(limit.steady).toBe(Number.POSITIVE_INFINITY);
  });
});
