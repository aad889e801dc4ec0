import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_AHEAD, SequenceTracker } from '../../src/metrics/sequence.ts';

function track(numbers: readonly number[], measured = (_: number) => true): SequenceTracker {
  const tracker = new SequenceTracker();
  for (const number of numbers) tracker.add(number, measured(number));
  return tracker;
}

describe('SequenceTracker', () => {
  it('accounts for a perfect flow', () => {
    expect(track([0, 1, 2, 3]).account(0, 4)).toEqual({
      sent: 4,
      delivered: 4,
      lost: 0,
      duplicates: 0,
      lossPeriods: 0,
      reordered: 0,
    });
  });

  it('sees what is lost at the end', () => {
    expect(track([0, 1]).account(0, 5)).toMatchObject({
      sent: 5,
      delivered: 2,
      lost: 3,
      lossPeriods: 1,
      lossPeriodMean: 3,
    });
  });

  it('accounts for a flow of which nothing arrived, and for no flow', () => {
    expect(track([]).account(0, 100)).toMatchObject({ sent: 100, delivered: 0, lost: 100, lossPeriodMean: 100 });
    expect(track([]).account(0, 0)).toEqual({
      sent: 0,
      delivered: 0,
      lost: 0,
      duplicates: 0,
      lossPeriods: 0,
      reordered: 0,
    });
  });

  it('keeps copies apart: they make up for no loss and are not reordered', () => {
    const tracker = new SequenceTracker();
    expect([0, 1, 1, 0, 3].map((number) => tracker.add(number, true))).toEqual([true, true, false, false, true]);
    expect(tracker).toMatchObject({ received: 3, duplicates: 2 });
    expect(tracker.account(0, 5)).toMatchObject({ delivered: 3, lost: 2, duplicates: 2, lossPeriods: 2, reordered: 0 });
  });

  it.each([
    // One message late by three arrivals: 4, 5 and 6 came before 3.
    [[0, 1, 2, 4, 5, 6, 3, 7], 1, 3],
    // 6 came first, then 4 (one arrival ago) and 5 (two).
    [[0, 1, 2, 3, 6, 4, 5, 7], 2, 2],
    [[1, 0], 1, 1],
    [[4, 3, 2, 1, 0], 4, 4],
    // A copy is no arrival: 2 and 3 came before 1.
    [[0, 2, 2, 2, 3, 1], 1, 2],
  ])('finds the extents of %j (RFC 4737)', (numbers, reordered, reorderExtentMax) => {
    const account = track(numbers).account(0, Math.max(...numbers) + 1);
    expect(account).toMatchObject({ reordered, reorderExtentMax });
  });

  it('counts only the measured range, while the rest still arrives', () => {
    // Warm-up 0..4, measured 5..9, afterwards 10..: 4 comes late, 9 comes after 10, and there are copies of all three
    // kinds.
    const tracker = track([0, 1, 1, 2, 5, 4, 6, 6, 8, 10, 9, 10], (number) => number >= 5 && number < 10);
    expect(tracker).toMatchObject({ received: 9, duplicates: 3 });
    expect(tracker.account(5, 10)).toEqual({
      sent: 5,
      delivered: 4,
      lost: 1,
      duplicates: 1,
      lossPeriods: 1,
      lossPeriodMean: 1,
      reordered: 1,
      reorderExtentMax: 1,
    });
  });

  it('does not account when the ends disagree about what was measured', () => {
    expect(() => track([0, 1, 2]).account(1, 3)).toThrow('3 messages arrived as measured, but 2 of the range 1 to 2');
    expect(() => track([]).account(2, 1)).toThrow('sequence range 2..1');
  });

  it('refuses numbers that cannot belong to the flow', () => {
    const tracker = track([0, 1]);
    const refused = [2 + MAX_AHEAD, 2 ** 53, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY];
    expect(refused.map((number) => tracker.add(number, true))).toEqual(refused.map(() => false));
    expect(tracker).toMatchObject({ received: 2, duplicates: 0, rejected: refused.length });
    expect(tracker.add(1 + MAX_AHEAD, true)).toBe(true);
  });

  it('gives a lower bound of an extent that reaches back beyond its memory', () => {
    const jumps = 65_536 + 100;
    // 1, 3, 5, ... each skips one; then comes 0. The jump that passed it is forgotten, the 101st is remembered.
    const tracker = track([...Array.from({ length: jumps }, (_, i) => 2 * i + 1), 0]);
    expect(tracker.account(0, 2 * jumps)).toMatchObject({ reordered: 1, reorderExtentMax: 65_536 });
  });

  it('agrees with the definitions, arrival by arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 80 }), fc.nat(20), (numbers, first) => {
        const end = first + 15;
        const inRange = (number: number) => number >= first && number < end;
        const unique = numbers.filter((number, i) => numbers.indexOf(number) === i);
        const extents = unique.flatMap((number, i) => {
          const passed = unique.findIndex((earlier) => earlier > number);
          return inRange(number) && passed < i && passed !== -1 ? [i - passed] : [];
        });
        const account = track(numbers, inRange).account(first, end);
        expect(account.sent).toBe(account.delivered + account.lost);
        expect(account.delivered).toBe(unique.filter(inRange).length);
        expect(account.duplicates).toBe(numbers.filter(inRange).length - account.delivered);
        expect(account.reordered).toBe(extents.length);
        expect(account.reorderExtentMax).toBe(extents.length > 0 ? Math.max(...extents) : undefined);
      }),
      { numRuns: 1000 },
    );
  });
});
