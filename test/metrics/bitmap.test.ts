import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bitmap } from '../../src/metrics/bitmap.ts';

describe('Bitmap', () => {
  it('grows to hold what is added', () => {
    const bitmap = new Bitmap();
    bitmap.add(3_000_000);
    bitmap.add(0);
    expect([0, 1, 2_999_999, 3_000_000, 3_000_001, 99_000_000].map((index) => bitmap.has(index))).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
    expect(bitmap.count(0, 3_000_001)).toEqual({ present: 2, absentRuns: 1 });
  });

  it('takes what lies beyond its array as absent', () => {
    expect(new Bitmap().count(5_000_000, 5_000_100)).toEqual({ present: 0, absentRuns: 1 });
  });

  it('counts as one by one, for every range', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 200 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 200 }),
        (members, a, b) => {
          const [first, end] = [Math.min(a, b), Math.max(a, b)];
          const bitmap = new Bitmap();
          for (const member of members) bitmap.add(member);
          let present = 0;
          let absentRuns = 0;
          for (let i = first; i < end; i++) {
            if (members.includes(i)) present++;
            else if (i === first || members.includes(i - 1)) absentRuns++;
          }
          expect(bitmap.count(first, end)).toEqual({ present, absentRuns });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('lists what is absent, run by run', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 200 })),
        fc.integer({ min: 0, max: 200 }),
        (members, end) => {
          const bitmap = new Bitmap();
          for (const member of members) bitmap.add(member);
          const runs = [...bitmap.absent(0, end)];
          const listed = runs.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
          expect(listed).toEqual(Array.from({ length: end }, (_, i) => i).filter((i) => !members.includes(i)));
          expect(runs.length).toBe(bitmap.count(0, end).absentRuns);
        },
      ),
    );
  });
});
