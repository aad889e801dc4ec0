import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LostRanges } from '../../../../src/transports/rudp/send/lost-ranges.ts';

const SPACE = 60;

/** All ranges, lowest first; empties it. */
function drain(lost: LostRanges): number[][] {
  const ranges: number[][] = [];
  while (!lost.empty) {
    ranges.push([lost.start, lost.end]);
    lost.shift(lost.end - lost.start);
  }
  return ranges;
}

describe('LostRanges', () => {
  it('keeps ranges that touch apart', () => {
    const lost = new LostRanges();
    lost.add(10, 20);
    lost.add(0, 10);
    lost.add(20, 30);
    expect(drain(lost)).toEqual([
      [0, 10],
      [10, 20],
      [20, 30],
    ]);
  });

  it('adds only what is not in yet', () => {
    const lost = new LostRanges();
    lost.add(10, 20);
    lost.add(30, 40);
    lost.add(5, 50);
    expect(drain(lost)).toEqual([
      [5, 10],
      [10, 20],
      [20, 30],
      [30, 40],
      [40, 50],
    ]);
  });

  it('cuts a range in two when its middle is taken out', () => {
    const lost = new LostRanges();
    lost.add(0, 30);
    lost.subtract(10, 20);
    expect(drain(lost)).toEqual([
      [0, 10],
      [20, 30],
    ]);
  });

  it('holds the same offsets as a set of numbers, in disjoint ascending ranges, whatever is done to it', () => {
    const range = fc.tuple(fc.nat(SPACE), fc.integer({ min: 1, max: 12 }));
    const step = fc.tuple(fc.constantFrom('add', 'add', 'subtract', 'shift'), range);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.constantFrom(0, 2 ** 40), (steps, origin) => {
        const lost = new LostRanges();
        const model = new Set<number>();
        for (const [what, [start, length]] of steps) {
          if (what === 'shift') {
            if (lost.empty) continue;
            const taken = Math.min(length, lost.end - lost.start);
            for (let i = 0; i < taken; i++) model.delete(lost.start + i);
            lost.shift(taken);
            continue;
          }
          const from = origin + start;
          lost[what === 'add' ? 'add' : 'subtract'](from, from + length);
          for (let i = from; i < from + length; i++) model[what === 'add' ? 'add' : 'delete'](i);
          expect(lost.empty).toBe(model.size === 0);
        }
        const offsets = drain(lost).flatMap(([start, end]) => Array.from({ length: end - start }, (_, i) => start + i));
        expect(offsets).toEqual([...model].sort((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });
});
