import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pacer } from '../../src/apps/pacer.ts';

const MS = 1e6;

describe('Pacer', () => {
  it('has a slot at the base and one after every interval', () => {
    const pacer = new Pacer(MS);
    expect(pacer.due(1000, 1000)).toBe(1);
    expect(pacer.nextSlot()).toBe(1000);
    pacer.sent(1, false);
    expect(pacer.due(1000 + MS - 1, 1000)).toBe(0);
    expect(pacer.nextSlot()).toBe(1000 + MS);
    expect(pacer.due(1000 + MS, 1000)).toBe(1);
  });

  it('has nothing due before its base', () => {
    const pacer = new Pacer(MS);
    expect(pacer.due(500, 1000)).toBe(0);
    expect(pacer.nextSlot()).toBe(1000);
  });

  it('catches up 5 ms of its own lateness and counts the rest as missed', () => {
    const pacer = new Pacer(MS);
    expect(pacer.due(19 * MS, 0)).toBe(5);
    expect(pacer.missed).toBe(15);
    expect(pacer.nextSlot()).toBe(15 * MS);
  });

  it('catches up one slot at least, however long the interval', () => {
    const pacer = new Pacer(100 * MS);
    expect(pacer.due(350 * MS, 0)).toBe(1);
    expect(pacer.missed).toBe(3);
    expect(pacer.nextSlot()).toBe(300 * MS);
  });

  it('keeps the slots that the transport held up, with their intended times', () => {
    const pacer = new Pacer(MS);
    expect(pacer.due(0, 0)).toBe(1);
    pacer.sent(0, true);
    expect(pacer.due(300 * MS, 0)).toBe(301);
    expect(pacer.nextSlot()).toBe(0);
    expect(pacer.missed).toBe(0);
    pacer.sent(301, false);
    expect(pacer.due(320 * MS, 0), 'held no longer: late by itself').toBe(5);
    expect(pacer.missed).toBe(15);
  });

  it('counts anew from a new base, but a transport that is held up stays so', () => {
    const pacer = new Pacer(MS);
    expect(pacer.due(50 * MS, 0)).toBe(5);
    expect(pacer.missed).toBe(46);
    pacer.sent(2, true);
    expect(pacer.due(400 * MS, 100 * MS)).toBe(301);
    expect(pacer.missed).toBe(0);
    expect(pacer.nextSlot()).toBe(100 * MS);
  });

  it('counts what is left before the end, the end itself not included', () => {
    const pacer = new Pacer(MS);
    expect(pacer.backlog(100)).toBe(0);
    expect(pacer.due(0, 0)).toBe(1);
    expect(pacer.backlog(10 * MS)).toBe(10);
    expect(pacer.backlog(10 * MS + 1)).toBe(11);
    pacer.sent(1, false);
    expect(pacer.backlog(10 * MS)).toBe(9);
    expect(pacer.backlog(0)).toBe(0);
  });

  it('has a message due at the very time of its next slot, whatever the interval and the base', () => {
    // Else a timer armed for the slot finds nothing due and arms itself for the same time again.
    fc.assert(
      fc.property(
        fc.double({ min: 10, max: 1e9, noNaN: true }),
        fc.integer({ min: 0, max: 2 ** 52 }),
        fc.integer({ min: 1, max: 200 }),
        (interval, base, slots) => {
          const pacer = new Pacer(interval);
          pacer.due(base, base);
          for (let i = 0; i < slots; i++) {
            const due = pacer.due(pacer.nextSlot(), base);
            if (due < 1) throw new Error(`nothing due at slot ${i}`);
            pacer.sent(due, false);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('accounts for every slot once: sent, missed or backlog', () => {
    const step = fc.record({
      wait: fc.oneof(fc.integer({ min: 0, max: 3 * MS }), fc.integer({ min: 0, max: 200 * MS })),
      room: fc.oneof(fc.constant(Infinity), fc.nat(20)),
    });
    fc.assert(
      fc.property(
        fc.double({ min: 30_000, max: 20 * MS, noNaN: true }),
        fc.integer({ min: 0, max: 2 ** 50 }),
        fc.array(step),
        (interval, base, steps) => {
          const pacer = new Pacer(interval);
          let [now, sent] = [base, 0];
          for (const { wait, room } of steps) {
            now += wait;
            const due = pacer.due(now, base);
            const count = Math.min(due, room);
            sent += count;
            pacer.sent(count, count < due);
            expect(pacer.nextSlot() > now || count < due).toBe(true);
          }
          pacer.due(now, base);
          // Counted one by one, by the definition; a slot at `now` may have been sent already.
          let slots = 0;
          while (base + slots * interval < now + 1) slots++;
          expect(sent + pacer.missed + pacer.backlog(now + 1)).toBe(slots);
        },
      ),
      { numRuns: 300 },
    );
  });
});
