import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangeSet } from '../../../src/transports/rudp/ranges.ts';

const SPAN = 120;

/** One flag per integer: what a RangeSet must agree with. */
class Model {
  readonly #in = new Array<boolean>(SPAN).fill(false);

  add(start: number, end: number): boolean {
    const isNew = this.#in.slice(start, Math.max(start, end)).includes(false);
    this.#in.fill(true, start, Math.max(start, end));
    return isNew;
  }

  remove(before: number): void {
    this.#in.fill(false, 0, before);
  }

  dropSmallest(): void {
    const [first] = this.ranges();
    if (first) this.remove(first[1]);
  }

  contains(start: number, end: number): boolean {
    return !this.#in.slice(start, Math.max(start, end)).includes(false);
  }

  firstGap(from: number): number {
    const gap = this.#in.indexOf(false, from);
    return gap < 0 ? SPAN : gap;
  }

  ranges(): number[][] {
    const found: number[][] = [];
    for (let i = 0; i < SPAN; i++) {
      if (!this.#in[i]) continue;
      if (i > 0 && this.#in[i - 1]) found[found.length - 1][1] = i + 1;
      else found.push([i, i + 1]);
    }
    return found;
  }
}

const rangesOf = (set: RangeSet): number[][] => Array.from({ length: set.count }, (_, i) => [set.start(i), set.end(i)]);

const value = fc.integer({ min: 0, max: SPAN - 1 });
const steps = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.tuple(fc.constant('add' as const), value, fc.integer({ min: 0, max: 6 })) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constant('remove' as const),
        value.map((at) => at >> 2),
        fc.constant(0),
      ),
    },
    { weight: 2, arbitrary: fc.tuple(fc.constant('dropSmallest' as const), fc.constant(0), fc.constant(0)) },
  ),
  { maxLength: 80 },
);

describe('RangeSet', () => {
  it('does as a set of integers does', () => {
    fc.assert(
      fc.property(steps, (run) => {
        const set = new RangeSet();
        const model = new Model();
        for (const [step, at, length] of run) {
          if (step === 'add') {
            const end = Math.min(at + length, SPAN - 1);
            if (set.add(at, end) !== model.add(at, end)) expect.fail(`add(${at}, ${end})`);
          } else {
            set[step](at);
            model[step](at);
          }
          // toEqual() takes as long as all else, and is needed only to say what is wrong.
          if (`${rangesOf(set)}` !== `${model.ranges()}`) expect(rangesOf(set)).toEqual(model.ranges());
        }
      }),
      { numRuns: 300 },
    );
  });

  it('answers as a set of integers does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.integer({ min: 1, max: 4 })), { maxLength: 40 }), (added) => {
        const set = new RangeSet();
        const model = new Model();
        for (const [start, length] of added) {
          set.add(start, Math.min(start + length, SPAN - 1));
          model.add(start, Math.min(start + length, SPAN - 1));
        }
        for (let from = 0; from < SPAN - 1; from++) {
          if (set.firstGap(from) !== model.firstGap(from)) expect.fail(`firstGap(${from}) is ${set.firstGap(from)}`);
          if (set.has(from) !== model.contains(from, from + 1)) expect.fail(`has(${from}) is ${set.has(from)}`);
          for (let end = from - 1; end < Math.min(from + 8, SPAN); end++) {
            if (set.contains(from, end) !== model.contains(from, end)) expect.fail(`contains(${from}, ${end})`);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('holds thousands of ranges, in whatever order they come and close', () => {
    const count = 1600;
    const orders = [
      (i: number) => i,
      (i: number) => count - 1 - i,
      (i: number) => (i * 1597) % count,
      (i: number) => (i % 2 === 0 ? (count + i) >> 1 : (count - i) >> 1),
    ];
    for (const order of orders) {
      const set = new RangeSet();
      let added = 0;
      for (let i = 0; i < count; i++) if (set.add(10 * order(i), 10 * order(i) + 5)) added++;
      expect(rangesOf(set)).toEqual(Array.from({ length: count }, (_, i) => [10 * i, 10 * i + 5]));
      for (let i = 0; i < count; i++) if (set.add(10 * order(i) + 5, 10 * order(i) + 10)) added++;
      expect(added).toBe(2 * count);
      expect(rangesOf(set)).toEqual([[0, 10 * count]]);
    }
  });

  it('keeps its ranges while it wanders upwards', () => {
    const set = new RangeSet();
    for (let i = 0; i < 50_000; i++) {
      set.add(3 * i, 3 * i + 2);
      set.remove(3 * (i - 20) + 1);
    }
    expect(set.count).toBe(21);
    expect([set.start(0), set.end(0)]).toEqual([149_938, 149_939]);
    expect([set.start(20), set.end(20)]).toEqual([149_997, 149_999]);
  });

  it('closes any number of gaps at once', () => {
    const set = new RangeSet();
    for (let i = 0; i < 100; i++) set.add(10 * i, 10 * i + 1);
    set.add(105, 805);
    expect([set.count, set.start(11), set.end(11)]).toEqual([31, 105, 805]);
    set.add(-5, 2000);
    expect(rangesOf(set)).toEqual([[-5, 2000]]);
  });

  it('is as new when cleared', () => {
    const set = new RangeSet();
    for (let i = 0; i < 100; i++) set.add(2 * i, 2 * i + 1);
    set.clear();
    set.dropSmallest();
    expect([set.count, set.has(2), set.firstGap(2), set.contains(2, 3)]).toEqual([0, false, 2, false]);
    expect(set.add(2, 3)).toBe(true);
    expect(rangesOf(set)).toEqual([[2, 3]]);
  });

  it('takes values that no 32 bits hold', () => {
    const set = new RangeSet();
    const most = Number.MAX_SAFE_INTEGER;
    set.add(2 ** 40, 2 ** 40 + 1);
    set.add(most - 1, most);
    expect(set.contains(most - 1, most)).toBe(true);
    expect(set.firstGap(2 ** 40)).toBe(2 ** 40 + 1);
  });
});
