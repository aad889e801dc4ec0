import { describe, expect, it } from 'vitest';
import type { AckEvent, CongestionControl } from '../../../../src/transports/rudp/congestion/control.ts';
import { type CongestionName, congestionControls } from '../../../../src/transports/rudp/congestion/index.ts';
import { fairness, measure } from './measure.ts';
import { PathSimulation } from './path.ts';

const PACKET = 1200;
const RATE = 20e6;
const options = { packetBytes: PACKET, initialPackets: 10, initialRttNs: 50e6, random: () => 0 };

function ackEvent(changes: Partial<AckEvent>): AckEvent {
  return {
    now: 1e9,
    ackedBytes: 0,
    lostBytes: 0,
    lostPackets: 0,
    lostSentAt: -Infinity,
    priorInflight: 0,
    inflight: 0,
    delivered: 0,
    lost: 0,
    rttNs: 50e6,
    smoothedRttNs: 50e6,
    minRttNs: 50e6,
    deliveryRate: 0,
    rateAppLimited: false,
    sentInflight: 0,
    lostSinceSent: 0,
    roundStart: false,
    appLimited: false,
    ...changes,
  };
}

const loss = (now: number, sentAt: number, packets = 1) =>
  ackEvent({ now, lostBytes: packets * PACKET, lostPackets: packets, lostSentAt: sentAt });

describe.each([
  { name: 'newreno', beta: 0.5 },
  { name: 'cubic', beta: 0.7 },
] as const)('$name', ({ name, beta }) => {
  const fresh = (): CongestionControl => congestionControls[name](options);

  it('grows by what is acknowledged in slow start, not while the application limits it', () => {
    const control = fresh();
    control.onAck(ackEvent({ ackedBytes: 2 * PACKET }));
    expect(control.window).toBe(12 * PACKET);
    control.onAck(ackEvent({ ackedBytes: 2 * PACKET, appLimited: true }));
    expect(control.window).toBe(12 * PACKET);
    expect(control.pacingRate).toBeCloseTo((2 * 12 * PACKET) / 0.05);
  });

  it('reduces its window once per recovery period', () => {
    const control = fresh();
    control.onAck(loss(1e9, 0.95e9));
    expect(control.window).toBeCloseTo(beta * 10 * PACKET);
    expect(control.phase).toBe('recovery');
    control.onAck(loss(1.01e9, 0.99e9));
    expect(control.window).toBeCloseTo(beta * 10 * PACKET);
    control.onAck(loss(1.1e9, 1.05e9));
    expect(control.window).toBeCloseTo(beta * beta * 10 * PACKET);
  });

  it('takes a reduction back when all of its losses were spurious, and only then', () => {
    const control = fresh();
    control.onAck(loss(1e9, 0.95e9, 2));
    control.onSpuriousLoss(1.01e9, PACKET, 0.95e9);
    expect(control.window).toBeCloseTo(beta * 10 * PACKET);
    control.onSpuriousLoss(1.02e9, PACKET, 0.95e9);
    expect(control.window).toBe(10 * PACKET);
    expect(control.phase).toBe('slow start');
  });

  it('does not take a reduction back for losses of the one before', () => {
    const control = fresh();
    control.onAck(loss(1e9, 0.95e9, 2));
    control.onAck(loss(1.1e9, 1.05e9));
    control.onSpuriousLoss(1.11e9, 2 * PACKET, 0.95e9);
    expect(control.window).toBeCloseTo(beta * beta * 10 * PACKET);
    control.onSpuriousLoss(1.12e9, PACKET, 1.05e9);
    expect(control.window).toBeCloseTo(beta * 10 * PACKET);
  });

  it('keeps two packets after persistent congestion and in the worst of recoveries', () => {
    const control = fresh();
    control.onPersistentCongestion(1e9);
    expect(control.window).toBe(2 * PACKET);
    control.onAck(loss(2e9, 1.9e9));
    expect(control.window).toBe(2 * PACKET);
  });

  it('fills a path without loss whose queue holds a round trip', () => {
    const simulation = new PathSimulation({ rateBps: RATE, rttMs: 40, queueBytes: (RATE / 8e3) * 40, seed: 1 }, [
      { control: congestionControls[name] },
    ]);
    expect(measure(simulation.run(3000), RATE, 9000).shares[0]).toBeGreaterThan(0.97);
  });

  it('is held back by loss as the formula of Mathis has it', () => {
    const loss = 0.01;
    const simulation = new PathSimulation({ rateBps: RATE, rttMs: 40, queueBytes: 1e6, loss, seed: 1 }, [
      { control: congestionControls[name] },
    ]);
    const rate = measure(simulation.run(4000), RATE, 24_000).shares[0] * RATE;
    const mathis = ((1.22 * 1472 * 8) / 0.04) * Math.sqrt(1 / loss);
    expect(rate / mathis).toBeGreaterThan(0.6);
    expect(rate / mathis).toBeLessThan(1.6);
  });

  it('shares with one of its kind', () => {
    const control = congestionControls[name];
    const simulation = new PathSimulation({ rateBps: RATE, rttMs: 20, queueBytes: (RATE / 8e3) * 20, seed: 1 }, [
      { control },
      { control, startMs: 1000 },
    ]);
    expect(fairness(measure(simulation.run(6000), RATE, 20_000).shares)).toBeGreaterThan(0.9);
  });
});

describe('hystart', () => {
  it('ends the first slow start when the round trip time rises, and not the one after an outage (RFC 9406, section 4.3)', () => {
    const control = congestionControls.cubic(options);
    let now = 0;
    const round = (rttNs: number): void => {
      now += rttNs;
      for (let ack = 0; ack < 8; ack++)
        control.onAck(ackEvent({ now, rttNs, ackedBytes: PACKET, roundStart: ack === 0 }));
    };
    for (const rttMs of [50, 50, 70, 70, 70, 70, 70, 70]) round(rttMs * 1e6);
    expect(control.phase).toBe('avoidance');
    control.onAck(loss(now + 50e6, now));
    const threshold = control.window;
    control.onPersistentCongestion(now + 50e6);
    now += 1e9;
    round(50e6);
    expect(control.window).toBe(10 * PACKET);
    expect(control.phase).toBe('slow start');
    while (control.window < threshold) round(50e6);
    // Above the threshold a new plateau begins, and not the rise to the old one (RFC 9438, section 4.8).
    const reached = control.window;
    for (let i = 0; i < 10; i++) round(50e6);
    expect(control.window).toBeGreaterThan(reached);
  });
});

describe('fixed and none', () => {
  it('sends at the rate asked for, whatever is lost', () => {
    const simulation = new PathSimulation({ rateBps: RATE, rttMs: 20, queueBytes: 1e5, loss: 0.1, seed: 1 }, [
      { control: congestionControls.fixed, rateBps: RATE / 2 },
    ]);
    // 10 % lost of some 8,500 packets: five standard deviations are 1.8 % of what arrives.
    expect(measure(simulation.run(1000), RATE, 11_000).shares[0] / 0.45).toBeCloseTo(1, 1.5);
    expect(simulation.flows[0].control.window).toBeGreaterThan((RATE / 16) * 0.04);
  });

  it('refuses to guess a rate', () => {
    expect(() => congestionControls.fixed(options)).toThrow(RangeError);
  });

  it('bounds what is in flight without any control', () => {
    const control = congestionControls.none(options);
    control.onAck(loss(1e9, 0.9e9));
    expect(control.window).toBe(16 * 2 ** 20);
    expect(control.pacingRate).toBe(Number.POSITIVE_INFINITY);
  });

  it('registers every control under its own name', () => {
    for (const name of Object.keys(congestionControls) as CongestionName[])
      expect(congestionControls[name]({ ...options, rateBps: 1e6 }).name).toBe(name);
  });
});
