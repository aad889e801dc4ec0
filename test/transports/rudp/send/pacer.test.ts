import { describe, expect, it } from 'vitest';
import { Pacer } from '../../../../src/transports/rudp/send/pacer.ts';

const PACKET = 1472;
const MS = 1e6;
const megabits = (rate: number): number => (rate * 1e6) / 8;

/** Sends whole packets as long as it may; returns their bytes. */
function burst(pacer: Pacer, now: number): number {
  let bytes = 0;
  while (pacer.allowance(now) > 0) {
    pacer.onSent(now, PACKET);
    bytes += PACKET;
  }
  return bytes;
}

/** In [0, 1), the same in each run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Sends without end, woken up to `latestMs` late; what has left by `end`, and whether any burst was beyond its bound. */
function send(
  pacer: Pacer,
  rate: number,
  from: number,
  end: number,
  latestMs: number,
): { bytes: number; worst: number } {
  const random = randomOf(7);
  let bytes = 0;
  let worst = 0;
  let now = from;
  let late = 0;
  while (now < end) {
    const sent = burst(pacer, now);
    worst = Math.max(worst, sent - rate * late * 1e-9);
    bytes += sent;
    late = random() * latestMs * MS;
    now = pacer.nextAt(now) + late;
  }
  return { bytes, worst };
}

describe('Pacer', () => {
  for (const mbit of [0.5, 10, 46, 100, 1000]) {
    it(`keeps ${mbit} Mbit/s for 10 s, whether the loop is on time or up to 2 ms late`, () => {
      const rate = megabits(mbit);
      for (const latestMs of [0, 2]) {
        const pacer = new Pacer();
        pacer.setRate(rate, PACKET);
        const { bytes, worst } = send(pacer, rate, 5e9, 15e9, latestMs);
        // A quantum is there at the start, and one may be missing at the end.
        const edge = 2 * pacer.quantum + rate * 2e-3;
        expect(Math.abs(bytes / (rate * 10) - 1)).toBeLessThan(0.005 + (mbit < 1 ? edge / (rate * 10) : 0));
        expect(worst).toBeLessThanOrEqual(pacer.quantum);
      }
    });
  }

  it('has a quantum of half a millisecond, of two packets at least and 64 KB at most', () => {
    const pacer = new Pacer();
    const quantumAt = (mbit: number): number => {
      pacer.setRate(megabits(mbit), PACKET);
      return pacer.quantum;
    };
    expect(quantumAt(1)).toBe(2 * PACKET);
    expect(quantumAt(100)).toBe(6250);
    expect(quantumAt(10_000)).toBe(65_536);
  });

  it('lets one quantum go after a pause, however long, when nothing had waited for it', () => {
    const pacer = new Pacer();
    pacer.setRate(megabits(100), PACKET);
    burst(pacer, 0);
    expect(pacer.allowance(3600e9)).toBe(pacer.quantum);
  });

  it('lets one quantum go after a pause that came when what had waited was sent', () => {
    const pacer = new Pacer();
    pacer.setRate(megabits(100), PACKET);
    burst(pacer, 0);
    burst(pacer, pacer.nextAt(0));
    expect(pacer.allowance(3600e9)).toBe(pacer.quantum);
  });

  it('loses nothing by a delay of 20 ms, and what goes beyond by a longer one', () => {
    const rate = megabits(100);
    const after = (lateMs: number): number => {
      const pacer = new Pacer();
      pacer.setRate(rate, PACKET);
      burst(pacer, 0);
      return pacer.allowance(pacer.nextAt(0) + lateMs * MS);
    };
    expect(after(20) - after(0)).toBeCloseTo(rate * 20e-3, -1);
    expect(after(500)).toBe(after(20));
  });

  it('tells once that credit was lost because the loop came late, and not after a pause of the sender', () => {
    const pacer = new Pacer();
    pacer.setRate(megabits(100), PACKET);
    burst(pacer, 0);
    pacer.allowance(pacer.nextAt(0) + 15 * MS);
    expect(pacer.takeClipped()).toBe(false);
    burst(pacer, 100 * MS);
    expect(pacer.takeClipped()).toBe(false);
    pacer.allowance(pacer.nextAt(100 * MS) + 30 * MS);
    expect([pacer.takeClipped(), pacer.takeClipped()]).toEqual([true, false]);
  });

  it('forgets within the same time what was left of a delay', () => {
    const pacer = new Pacer();
    pacer.setRate(megabits(100), PACKET);
    burst(pacer, 0);
    const late = pacer.nextAt(0) + 4 * MS;
    const left = pacer.allowance(late);
    expect(pacer.allowance(late)).toBe(left);
    expect(pacer.allowance(late + 2 * MS)).toBeLessThan(left);
    expect(pacer.allowance(late + 4 * MS)).toBe(pacer.quantum);
  });

  it('changes its rate at once', () => {
    const pacer = new Pacer();
    pacer.setRate(megabits(1000), PACKET);
    pacer.onSent(0, pacer.allowance(0));
    expect(pacer.nextAt(0)).toBeCloseTo(0.5 * MS, -1);
    pacer.setRate(megabits(10), PACKET);
    expect(pacer.nextAt(0)).toBeCloseTo((2 * PACKET * 1e9) / megabits(10), -1);
    pacer.setRate(megabits(1000), PACKET);
    expect(pacer.nextAt(0)).toBeCloseTo(0.5 * MS, -1);
  });

  it('takes the credit of a high rate back when the rate falls', () => {
    const pacer = new Pacer();
    pacer.setRate(megabits(1000), PACKET);
    expect(pacer.allowance(0)).toBe(62_500);
    pacer.setRate(megabits(1), PACKET);
    expect(pacer.allowance(0)).toBeLessThanOrEqual(2 * PACKET + megabits(1) * 20e-3);
  });

  it('is in debt after packets that did not ask', () => {
    const pacer = new Pacer();
    pacer.setRate(megabits(10), PACKET);
    burst(pacer, 0);
    const before = pacer.nextAt(0);
    pacer.onSent(0, 10 * PACKET);
    expect(pacer.allowance(before)).toBe(0);
    expect(pacer.nextAt(before) - before).toBeCloseTo((10 * PACKET * 1e9) / megabits(10), -1);
  });

  it('is due when it says, and not before', () => {
    for (const mbit of [0.1, 7, 33, 46]) {
      const pacer = new Pacer();
      pacer.setRate(megabits(mbit), PACKET);
      let now = 123_456_789_012_345;
      for (let i = 0; i < 20; i++) {
        burst(pacer, now);
        const due = pacer.nextAt(now);
        expect(pacer.allowance(due - 1000)).toBe(0);
        expect(pacer.allowance(due)).toBeGreaterThan(0);
        expect(pacer.nextAt(due)).toBe(due);
        now = due;
      }
    }
  });

  it('starts with a quantum when pacing begins anew', () => {
    const pacer = new Pacer();
    pacer.setRate(megabits(10), PACKET);
    burst(pacer, 0);
    pacer.setRate(Infinity, PACKET);
    pacer.onSent(0, 1e6);
    pacer.setRate(megabits(10), PACKET);
    expect(pacer.allowance(0)).toBe(pacer.quantum);
  });

  it('never limits a rate of Infinity, nor lets anything go at 0', () => {
    const pacer = new Pacer();
    expect(pacer.allowance(0)).toBe(Infinity);
    pacer.setRate(Infinity, PACKET);
    pacer.onSent(0, 1e9);
    expect(pacer.allowance(0)).toBe(Infinity);
    expect(pacer.nextAt(5)).toBe(5);
    pacer.setRate(0, PACKET);
    burst(pacer, 0);
    expect(pacer.allowance(1e15)).toBe(0);
    expect(pacer.nextAt(1e15)).toBe(Infinity);
  });
});
