import { describe, expect, it } from 'vitest';
import type { CongestionControl, ControlOptions } from '../../../../src/transports/rudp/congestion/control.ts';
import { congestionControls } from '../../../../src/transports/rudp/congestion/index.ts';
import { fairness, measure } from './measure.ts';
import { type PathOptions, PathSimulation } from './path.ts';

const RATE = 50e6;
const { bbr, cubic } = congestionControls;
const bdp = (rttMs: number, rateBps = RATE) => (rateBps / 8e3) * rttMs;

function path(options: Partial<PathOptions> & { rttMs: number }, flows = [{ control: bbr }]): PathSimulation {
  return new PathSimulation({ rateBps: RATE, queueBytes: bdp(options.rttMs), seed: 1, ...options }, flows);
}

// All of this is deterministic: the bounds leave room for changes of the control, not for chance.
describe('bbr alone', () => {
  it.each([
    { loss: 0, burst: 1 },
    { loss: 0.001, burst: 1 },
    { loss: 0.01, burst: 1 },
    { loss: 0.01, burst: 4 },
    { loss: 0.05, burst: 1 },
    { loss: 0.05, burst: 4 },
    { loss: 0.1, burst: 1 },
    { loss: 0.1, burst: 4 },
  ])('fills what $loss loss in bursts of $burst leaves, with a short queue', ({ loss, burst }) => {
    const simulation = path({ rttMs: 40, loss, burst, ackLoss: loss }).run(2000);
    const { shares, queueMs } = measure(simulation, RATE, 7000);
    expect(shares[0]).toBeGreaterThan(0.96 * (1 - loss));
    expect(queueMs).toBeLessThan(0.2 * 40);
  });

  it('makes up for loss before the bottleneck, and fills it for loss behind', () => {
    const before = measure(path({ rttMs: 20, loss: 0.1 }).run(2000), RATE, 6000);
    expect(before.shares[0]).toBeGreaterThan(0.95);
    const behind = measure(path({ rttMs: 20, loss: 0.1, lossBehind: true }).run(2000), RATE, 6000);
    expect(behind.shares[0]).toBeGreaterThan(0.95 * 0.9);
  });

  it.each([
    { rttMs: 40, queueBytes: 25 * 1472 },
    { rttMs: 100, queueBytes: 25 * 1472 },
    { rttMs: 100, queueBytes: bdp(100) / 4 },
  ])('hardly overflows a queue of $queueBytes bytes at $rttMs ms', ({ rttMs, queueBytes }) => {
    const { shares, queueDropShare } = measure(path({ rttMs, queueBytes }).run(3000), RATE, 9000);
    expect(shares[0]).toBeGreaterThan(0.95);
    expect(queueDropShare).toBeLessThan(0.02);
  });

  it('starts up in some twelve round trips, with 5 % loss too', () => {
    for (const loss of [0, 0.05]) {
      const { shares } = measure(path({ rttMs: 100, loss }).run(1200), RATE, 2200);
      expect(shares[0]).toBeGreaterThan(0.9 * (1 - loss));
    }
  });

  it.each([
    { rttMs: 100, burst: 1 },
    { rttMs: 200, burst: 1 },
    { rttMs: 200, burst: 4 },
  ])('learns of 10 % loss in bursts of $burst while it starts up, at $rttMs ms', ({ rttMs, burst }) => {
    const lossy = { rttMs, loss: 0.1, burst, ackLoss: 0.1, lossBehind: true };
    const early = measure(path(lossy).run(16 * rttMs), RATE, 22 * rttMs);
    // Nine tenths of that, were loss compensated for only after the first cycle, or taken for a slower path.
    expect(early.shares[0]).toBeGreaterThan(0.96 * 0.9);
  });

  it('empties the queue of a path that became a tenth as fast, and takes it back when it is fast again', () => {
    const rates = [
      [3000, RATE / 10],
      [6000, RATE],
    ] as const;
    const simulation = path({ rttMs: 40, rates }).run(4500);
    const slow = measure(simulation, RATE / 10, 6000);
    expect(slow.shares[0]).toBeGreaterThan(0.9);
    expect(slow.queueMs).toBeLessThan(100);
    simulation.run(7500);
    expect(measure(simulation, RATE, 9500).shares[0]).toBeGreaterThan(0.95);
  });

  it('finds the rate again after seconds at a hundredth of it, behind a queue of seconds', () => {
    const rates = [
      [1000, RATE / 100],
      [5000, RATE],
    ] as const;
    // Some of the queue is still to be drained at 5 s, and then rounds are as short as at first.
    const simulation = path({ rttMs: 40, queueBytes: 400 * 1472, rates }).run(7000);
    expect(measure(simulation, RATE, 9000).shares[0]).toBeGreaterThan(0.9);
  });

  it.each([
    { from: 10, to: 100 },
    { from: 40, to: 400 },
  ])('learns that a path of $from ms has got one of $to ms', ({ from, to }) => {
    const simulation = path({ rttMs: from, queueBytes: bdp(to) }).run(2000);
    simulation.oneWayNs = to * 5e5;
    simulation.run(2000 + 30 * to);
    expect(measure(simulation, RATE, 2000 + 50 * to).shares[0]).toBeGreaterThan(0.9);
  });

  it('does not take a burst of losses for a path that became slower', () => {
    const rateBps = 10e6;
    const restarts = [1, 2, 3, 4, 5, 6].map((seed) => {
      let control: CongestionControl | undefined;
      const spied = (options: ControlOptions): CongestionControl => (control = bbr(options));
      const lossy = { rttMs: 10, rateBps, queueBytes: 4 * bdp(10, rateBps), loss: 0.1, burst: 4, ackLoss: 0.1, seed };
      const simulation = path(lossy, [{ control: spied }]).run(3000);
      let [drains, before] = [0, control?.phase];
      for (let ms = 3001; ms < 20_000; ms++) {
        simulation.run(ms);
        if (control?.phase === 'drain' && before !== 'drain') drains++;
        before = control?.phase;
      }
      return drains;
    });
    // 7, and 26 if every round that lost a fifth and had a queue made the model anew.
    expect(restarts.reduce((sum, drains) => sum + drains)).toBeLessThan(15);
  });

  it('is back soon after two seconds in which all was lost', () => {
    const rates = [
      [3000, 0],
      [5000, RATE],
    ] as const;
    // Probes go out at ever longer intervals of up to eight timeouts.
    const simulation = path({ rttMs: 40, rates }).run(6000);
    expect(measure(simulation, RATE, 8000).shares[0]).toBeGreaterThan(0.95);
  });

  it('keeps its model while the application gives little', () => {
    // A fifth of the rate for six seconds, then all: no start-up from nothing.
    const flow = { control: bbr, appRate: RATE / 40, appUntilMs: 6000 };
    const simulation = path({ rttMs: 40 }, [flow]).run(6000);
    expect(simulation.flows[0].control.pacingRate).toBeGreaterThan(RATE / 40);
    expect(measure(simulation, RATE, 7000).shares[0]).toBeGreaterThan(0.7);
  });

  it('starts up as ever when the application gave next to nothing at first', () => {
    const drips = { control: bbr, appRate: 10 * 1472, appUntilMs: 2000 };
    const dripped = measure(path({ rttMs: 40 }, [drips]).run(2000), RATE, 2400);
    const fresh = measure(path({ rttMs: 40 }), RATE, 400);
    expect(dripped.shares[0]).toBeGreaterThan(0.8 * fresh.shares[0]);
  });

  it('is not led astray by delays that vary', () => {
    const { shares } = measure(path({ rttMs: 40, jitterMs: 2, loss: 0.02 }).run(2000), RATE, 6000);
    expect(shares[0]).toBeGreaterThan(0.95);
  });

  it('sends four packets when everything was lost, and waits for an acknowledgement', () => {
    const control = bbr({ packetBytes: 1200, initialPackets: 32, initialRttNs: 50e6, random: () => 0 });
    expect(control.window).toBe(32 * 1200);
    expect(control.pacingRate).toBeCloseTo((32 * 1200) / 0.05);
    control.onPersistentCongestion(1e9);
    expect(control.window).toBe(4 * 1200);
  });
});

describe('bbr and others', () => {
  it('shares a path with another bbr that came later', () => {
    const flows = [{ control: bbr }, { control: bbr, startMs: 2000 }];
    for (const queueBytes of [25 * 1472, bdp(40), 4 * bdp(40)]) {
      const indices = [1, 2, 3, 4].map((seed) => {
        const { shares } = measure(path({ rttMs: 40, queueBytes, seed }, flows).run(6000), RATE, 16_000);
        expect(shares[0] + shares[1]).toBeGreaterThan(0.94);
        expect(fairness(shares)).toBeGreaterThan(0.85);
        return fairness(shares);
      });
      expect(indices.reduce((sum, index) => sum + index) / indices.length).toBeGreaterThan(0.93);
    }
  });

  it('starves no CUBIC and is not starved, with queues of one to four bandwidth-delay products', () => {
    const flows = [{ control: bbr }, { control: cubic, startMs: 200 }];
    for (const queue of [1, 4]) {
      const { shares } = measure(path({ rttMs: 40, queueBytes: queue * bdp(40) }, flows).run(8000), RATE, 24_000);
      expect(fairness(shares)).toBeGreaterThan(0.8);
    }
  });
});
