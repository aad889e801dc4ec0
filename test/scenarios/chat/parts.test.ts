import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arrivals, gaps } from '../../../src/scenarios/chat/arrivals.ts';
import { jainIndex, Ledger } from '../../../src/scenarios/chat/ledger.ts';
import { chatParams } from '../../../src/scenarios/chat/params.ts';
import { Seating } from '../../../src/scenarios/chat/rooms.ts';
import { parseSizes, type Sizes, sampler } from '../../../src/scenarios/chat/sizes.ts';
import {
  Filler,
  intendedOf,
  STAMP_BYTES,
  senderOf,
  sequenceOf,
  stamp,
  trialOf,
} from '../../../src/scenarios/chat/text.ts';
import { seeded } from '../../../src/stats/xoshiro.ts';
import { malformedAt } from '../../../src/wire/utf8.ts';

test('a text says whose it is, and is UTF-8 at every length', () => {
  const filler = new Filler(600);
  const numbers = [
    fc.nat(2 ** 31),
    fc.nat(4999),
    fc.nat(2 ** 31 - 1),
    fc.integer({ min: 0, max: 2 ** 53 - 1 }),
  ] as const;
  fc.assert(
    fc.property(...numbers, fc.integer({ min: STAMP_BYTES, max: 600 }), (trial, sender, sequence, intended, length) => {
      const bytes = new Uint8Array(5 + length);
      filler.write(bytes, 5 + STAMP_BYTES, length - STAMP_BYTES);
      stamp(bytes, 5, trial, sender, sequence, intended);
      expect([trialOf(bytes, 5), senderOf(bytes, 5), sequenceOf(bytes, 5), intendedOf(bytes, 5)]).toEqual([
        ...[trial, sender, sequence, intended],
      ]);
      expect(malformedAt(bytes, 5, bytes.length)).toBe(-1);
      expect(new TextDecoder().decode(bytes.subarray(5))).toMatch(/^\d{10} \d{5} \d{10} \d{16}([^0-9]|$)/);
    }),
  );
  expect(trialOf(new TextEncoder().encode('hello there, all of you'), 0)).toBeNaN();
});

test('sizes stay within what was asked for', () => {
  for (const [given, least, most] of [
    ['100', 100, 100],
    ['60-300', 60, 300],
    ['lognormal:80:0.7', STAMP_BYTES, 1200],
    ['lognormal:80:2:500', STAMP_BYTES, 500],
  ] as const) {
    const draw = sampler(parseSizes(given) as Sizes, seeded(5));
    const drawn = Array.from({ length: 2000 }, draw);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(most);
    if (given === 'lognormal:80:0.7') {
      // The median of 2,000: 1.96 % of them are 4.9 standard deviations of the share below it, 0.5 / sqrt(2000).
      const below = drawn.filter((size) => size <= 80).length / drawn.length;
      expect(Math.abs(below - 0.5)).toBeLessThan(0.06);
    }
  }
  for (const bad of ['43', '16385', '300-60', '60-', 'lognormal:80', 'lognormal:2000:1', 'mix', '-5', '1e3']) {
    expect(parseSizes(bad), bad).toBeUndefined();
    expect(chatParams.safeParse({ size: bad }).error?.issues[0]?.message).toContain(`'${bad}' is not accepted`);
  }
  expect(chatParams.parse({ size: 100 }).size).toBe('100');
});

test('everybody has a seat in a room of at most so many, and rooms differ by one at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 30 }), (clients, room) => {
      const seating = new Seating(clients, room);
      const seats = new Set<string>();
      const sizes = new Map<number, number>();
      for (let client = 0; client < clients; client++) {
        seats.add(`${seating.roomOf(client)} ${seating.seatOf(client)}`);
        sizes.set(seating.roomOf(client), (sizes.get(seating.roomOf(client)) ?? 0) + 1);
        expect(seating.seatOf(client)).toBeLessThan(seating.seats);
      }
      const all = [...sizes.values()];
      expect(seats.size).toBe(clients);
      expect(Math.max(...all)).toBeLessThanOrEqual(room);
      expect(Math.max(...all)).toBe(seating.seats);
      expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
    }),
  );
});

test('arrivals come in order of time, one after the other for each client, and only those set aside wait', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(), fc.constantFrom('poisson', 'constant'), (n, seed, kind) => {
      const { first, gap } = gaps(kind as 'poisson', 1e6, seeded(seed));
      const arrivals = new Arrivals(n, 1e9, first, gap);
      const last = new Float64Array(n);
      let [before, aside] = [0, -1];
      for (let i = 0; i < 400; i++) {
        const { client, time } = arrivals;
        if (aside < 0) expect(time).toBeGreaterThanOrEqual(before);
        before = time;
        expect(time).toBeGreaterThanOrEqual(last[client]);
        last[client] = time;
        if (i === 50 && n > 1) {
          aside = client;
          arrivals.setAside();
        } else if (i === 300 && aside >= 0) {
          const due = arrivals.timeOf(aside);
          arrivals.putBack(aside);
          expect([arrivals.client, arrivals.time]).toEqual([aside, due]);
        } else {
          if (i > 50 && i < 300) expect(client).not.toBe(aside);
          arrivals.advance();
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('a ledger tells copies from first ones, and order from disorder', () => {
  const entry = fc.tuple(fc.nat(3), fc.nat(90));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 200 }), (entries) => {
      const ledger = new Ledger(4);
      const seen = new Set<string>();
      const highest = [-1, -1, -1, -1];
      let violations = 0;
      for (const [pair, sequence] of entries) {
        const first = !seen.has(`${pair} ${sequence}`);
        expect(ledger.add(pair, sequence)).toBe(first);
        seen.add(`${pair} ${sequence}`);
        if (first && sequence < highest[pair]) violations++;
        highest[pair] = Math.max(highest[pair], sequence);
      }
      expect(ledger).toMatchObject({ delivered: seen.size, duplicates: entries.length - seen.size, violations });
    }),
  );
});

test("Jain's index", () => {
  expect(jainIndex([3, 3, 3])).toBeCloseTo(1);
  expect(jainIndex([1, 0, 0, 0])).toBeCloseTo(0.25);
  expect(jainIndex([])).toBeUndefined();
  expect(jainIndex([0, 0])).toBeUndefined();
});
