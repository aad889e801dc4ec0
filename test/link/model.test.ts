import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveProfile, maxHoldingNs } from '../../src/link/effective.ts';
import { LinkModel } from '../../src/link/model.ts';
import { parseProfile } from '../../src/link/profile.ts';
import { direction } from './arbitrary.ts';
import { ReferenceLink } from './reference-link.ts';

const model = (text: string, seed = 1) => new LinkModel(effectiveProfile(parseProfile(text)).up, seed);

/** Takes everything to the end: [slot, due] in order of departure. */
function drain(link: LinkModel): [number, number][] {
  const out: [number, number][] = [];
  for (let slot = link.take(Infinity); slot !== -1; slot = link.take(Infinity)) out.push([slot, link.takenDue]);
  return out;
}

describe('LinkModel', () => {
  it('passes packets through when there is nothing to do', () => {
    const link = model('direct');
    expect(link.nextDue()).toBe(Infinity);
    expect(link.take(0)).toBe(-1);
    expect(link.offer(1000, 7, 60)).toBe(true);
    expect(link.held()).toBe(1);
    expect(link.nextDue()).toBe(1000);
    expect(link.take(1000)).toBe(7);
    expect([link.takenDue, link.takenBytes, link.held()]).toEqual([1000, 60, 0]);
    expect(link.counters).toEqual({
      packetsIn: 1,
      bytesIn: 60,
      packetsOut: 1,
      bytesOut: 60,
      lost: 0,
      queueDropped: 0,
      reordered: 0,
    });
  });

  it('delays by exactly the delay', () => {
    const link = model('delay 20ms');
    link.offer(5, 1, 1514);
    expect(link.nextDue()).toBe(20e6 + 5);
    expect(link.take(20e6 + 4)).toBe(-1);
    expect(link.take(20e6 + 5)).toBe(1);
  });

  it('serialises at the rate, behind the delay', () => {
    const link = model('delay 10ms rate 8mbit');
    for (let slot = 0; slot < 4; slot++) link.offer(0, slot, 1000);
    link.offer(50e6, 4, 500);
    expect(drain(link)).toEqual([
      [0, 11e6],
      [1, 12e6],
      [2, 13e6],
      [3, 14e6],
      [4, 60.5e6],
    ]);
  });

  it('has no token credit: an idle link takes as long', () => {
    const link = model('rate 8kbit');
    link.offer(3600e9, 0, 50);
    expect(link.nextDue()).toBe(3600e9 + 50e6);
  });

  it('bounds the queue at the serialiser, not the packets in the delay', () => {
    const link = model('delay 100ms rate 8mbit queue 2 packets');
    // 1 ms each: one at a time never waits.
    for (let ms = 0; ms < 50; ms++) expect(link.offer(ms * 1e6, ms, 1000)).toBe(true);
    expect(link.held()).toBe(50);
    // Slot 49 is done at 150 ms: of three more that arrive now one still finds room.
    expect([50, 51, 52].map((slot) => link.offer(49e6, slot, 1000))).toEqual([true, false, false]);
    expect(link.counters.queueDropped).toBe(2);
    // A millisecond later one of the two has left the queue.
    expect([53, 54].map((slot) => link.offer(50e6, slot, 1000))).toEqual([true, false]);
  });

  it('counts everything held under limit', () => {
    const link = model('delay 100ms limit 3');
    expect([0, 1, 2, 3].map((slot) => link.offer(slot, slot, 100))).toEqual([true, true, true, false]);
    expect(link.counters.queueDropped).toBe(1);
    expect(link.take(100e6)).toBe(0);
    expect(link.offer(100e6, 4, 100)).toBe(true);
    expect(link.held()).toBe(link.capacity);
  });

  it('spreads jitter evenly over both sides of the delay', () => {
    const link = model('delay 10ms 1ms');
    const n = 30_000;
    for (let i = 0; i < n; i++) link.offer(0, i, 100);
    const dues = drain(link).map(([, due]) => due);
    expect(dues[0]).toBeGreaterThanOrEqual(9e6);
    expect(dues[n - 1]).toBeLessThan(11e6);
    // Shares of the four quarters: binomial sd = sqrt(n / 4 * 3 / 4) = 75; 4.9 sd leave one in a million.
    for (let quarter = 0; quarter < 4; quarter++) {
      const from = 9e6 + quarter * 0.5e6;
      const share = dues.filter((due) => due >= from && due < from + 0.5e6).length;
      expect(Math.abs(share - n / 4)).toBeLessThan(4.9 * 75);
    }
  });

  it('reorders by jitter without a rate, and counts it; never with one', () => {
    const free = model('delay 10ms 5ms');
    const rated = model('delay 10ms 5ms rate 100mbit limit 32768');
    for (let i = 0; i < 1000; i++) {
      free.offer(i * 1e5, i, 1000);
      rated.offer(i * 1e5, i, 1000);
    }
    const slots = drain(free).map(([slot]) => slot);
    const overtaken = slots.filter((slot, i) => slots.slice(0, i).some((earlier) => earlier > slot));
    expect(overtaken.length).toBeGreaterThan(0);
    expect(free.counters.reordered).toBe(overtaken.length);
    expect(drain(rated).map(([slot]) => slot)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(rated.counters.reordered).toBe(0);
  });

  it('lets packets that are due together leave in order of arrival', () => {
    const link = model('delay 1ms 1ns');
    for (let i = 0; i < 1000; i++) link.offer(0, i, 100);
    const out = drain(link);
    // Jitter of 1 ns leaves two times to be due.
    expect(new Set(out.map(([, due]) => due)).size).toBe(2);
    expect(out).toEqual(out.toSorted(([a, dueA], [b, dueB]) => dueA - dueB || a - b));
  });

  it('draws in the order of the kernel: loss, then delay', () => {
    const link = model('delay 1s 1s loss 10%', 42);
    // The first draw of seed 42 decides the loss, the second, 794645456, the jitter (netem: mod 2 sigma, minus sigma).
    link.offer(0, 0, 100);
    expect(link.nextDue()).toBe(794645456);
  });

  it('does the same again with the same seed', () => {
    const run = (seed: number) => {
      const link = model('delay 5ms 1ms loss gemodel 5% 30%', seed);
      const taken = Array.from({ length: 500 }, (_, i) => link.offer(i * 1000, i, 100));
      return [taken, drain(link)];
    };
    expect(run(11)).toEqual(run(11));
    expect(run(11)).not.toEqual(run(12));
  });

  it('keeps its schedule when packets are taken late', () => {
    const punctual = model('delay 3ms 1ms rate 8mbit limit 1000', 5);
    const late = model('delay 3ms 1ms rate 8mbit limit 1000', 5);
    const seen: [number, number][] = [];
    for (let i = 0; i < 500; i++) {
      const now = i * 1.1e6;
      for (let slot = punctual.take(now); slot !== -1; slot = punctual.take(now)) seen.push([slot, punctual.takenDue]);
      punctual.offer(now, i, 1000);
      late.offer(now, i, 1000);
    }
    expect([...seen, ...drain(punctual)]).toEqual(drain(late));
  });

  it('refuses a profile that is not effective', () => {
    expect(() => new LinkModel({ delayNs: 0, jitterNs: 0 }, 1)).toThrow('limit undefined');
  });

  it('does what the plain form does, and balances, whatever the profile and the traffic', () => {
    // Gaps, sizes and delays that make packets meet; `late` is how long the caller dawdles.
    const step = fc.record({
      gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30_000 })),
      bytes: fc.integer({ min: 60, max: 1514 }),
      drains: fc.boolean(),
    });
    const traffic = fc.array(step, { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(direction(100_000, 40, 2e9), fc.nat(), traffic, (profile, seed, steps) => {
        const { up } = effectiveProfile({ up: profile, down: profile });
        const link = new LinkModel(up, seed);
        const plain = new ReferenceLink(up, seed);
        const arrivals: number[] = [];
        let now = 0;
        const takeAll = (until: number) => {
          let slot: number;
          do {
            expect(link.nextDue()).toBe(plain.held[0]?.due ?? Infinity);
            slot = link.take(until);
            expect(slot).toBe(plain.take(until));
            if (slot === -1) continue;
            const spent = link.takenDue - arrivals[slot];
            expect(spent).toBeGreaterThanOrEqual(up.delayNs - up.jitterNs);
            expect(spent).toBeLessThanOrEqual(maxHoldingNs(up) * (1 + 1e-9));
          } while (slot !== -1);
        };
        steps.forEach(({ gap, bytes, drains }, slot) => {
          now += gap;
          if (drains) takeAll(now);
          arrivals.push(now);
          expect(link.offer(now, slot, bytes)).toBe(plain.offer(now, slot, bytes));
          expect(link.held()).toBe(plain.held.length);
          expect(link.held()).toBeLessThanOrEqual(link.capacity);
          const { packetsIn, packetsOut, lost, queueDropped } = link.counters;
          expect(packetsIn).toBe(packetsOut + lost + queueDropped + link.held());
        });
        takeAll(Infinity);
        expect(link.held()).toBe(0);
        if (up.rateBps !== undefined || up.jitterNs === 0) expect(link.counters.reordered).toBe(0);
      }),
      { numRuns: 3000 },
    );
  });
});
