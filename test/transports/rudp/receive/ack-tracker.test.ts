import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RangeSet } from '../../../../src/transports/rudp/ranges.ts';
import { AckTracker } from '../../../../src/transports/rudp/receive/ack-tracker.ts';
import { writeAck } from '../../../../src/transports/rudp/wire/frames.ts';

const MS = 1e6;

/** Takes packets that all want an ACK. */
function take(acks: AckTracker, numbers: readonly number[], now = 0): void {
  for (const number of numbers) if (acks.accept(number, now)) acks.elicited(number, now);
}

function written(acks: AckTracker, now = 0): Uint8Array {
  const bytes = new Uint8Array(1200);
  return bytes.slice(0, acks.write(bytes, 0, bytes.length, now));
}

function frame(numbers: readonly number[], delayUs: number): Uint8Array {
  const ranges = new RangeSet();
  for (const number of numbers) ranges.add(number, number + 1);
  const bytes = new Uint8Array(1200);
  return bytes.slice(0, writeAck(bytes, 0, bytes.length, ranges, delayUs, 64));
}

describe('what has been received', () => {
  test('a packet number counts once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60)), (numbers) => {
        const acks = new AckTracker();
        const seen = new Set<number>();
        for (const number of numbers) {
          if (acks.isNew(number) === seen.has(number)) throw new Error('isNew');
          if (acks.accept(number, 0) === seen.has(number)) throw new Error('accept');
          seen.add(number);
        }
        expect(acks.largest).toBe(Math.max(-1, ...seen));
        expect(written(acks)).toEqual(frame([...seen], 0));
      }),
      { numRuns: 200 },
    );
  });

  test('what can no longer be acknowledged is taken as a duplicate, and memory is bounded', () => {
    const acks = new AckTracker();
    // Every other number: as many ranges as packets.
    for (let number = 1; number <= 2 * 600; number += 2) expect(acks.accept(number, 0)).toBe(true);
    const floor = 2 * (600 - 512) + 1;
    expect(acks.accept(floor - 1, 0)).toBe(false);
    expect(acks.accept(floor - 2, 0)).toBe(false);
    expect(acks.accept(floor, 0)).toBe(false);
    expect(acks.accept(floor + 1, 0)).toBe(true);
  });

  test('an ACK holds the newest 64 ranges, and how long the largest has waited', () => {
    const acks = new AckTracker();
    const numbers = Array.from({ length: 100 }, (_, i) => 2 * i);
    take(acks, numbers, 5 * MS);
    take(acks, [101], 9 * MS);
    take(acks, [200], 9 * MS);
    // 101 has made one range of two.
    expect(written(acks, 10.2 * MS)).toEqual(frame([...numbers.slice(-64), 101, 200], 1200));
    expect(written(new AckTracker())).toHaveLength(0);
  });
});

describe('when an ACK is due', () => {
  test('after two packets that want one, or 25 ms after the first', () => {
    const acks = new AckTracker();
    expect(acks.deadline()).toBe(Infinity);
    take(acks, [0], MS);
    expect([acks.pending, acks.due(MS), acks.deadline()]).toEqual([true, false, 26 * MS]);
    expect(acks.due(26 * MS)).toBe(true);
    take(acks, [1], 2 * MS);
    expect(acks.due(2 * MS)).toBe(true);
    written(acks, 2 * MS);
    expect([acks.pending, acks.due(99 * MS), acks.acksSent]).toEqual([false, false, 1]);
  });

  test('never for packets that do not want one', () => {
    const acks = new AckTracker();
    for (let number = 0; number < 100; number += 10) acks.accept(number, 0);
    expect([acks.pending, acks.deadline()]).toEqual([false, Infinity]);
  });

  test('as the sender has asked last, within reason', () => {
    const acks = new AckTracker();
    acks.setFrequency(3, 10, 5000, 3);
    acks.setFrequency(2, 1, 0, 1);
    take(acks, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([acks.due(4.9 * MS), acks.deadline()]).toEqual([false, 5 * MS]);
    take(acks, [9]);
    expect(acks.due(0)).toBe(true);
    written(acks);
    acks.setFrequency(4, 1e9, 1e15, 3);
    take(
      acks,
      Array.from({ length: 1023 }, (_, i) => 10 + i),
    );
    expect([acks.due(0), acks.deadline()]).toEqual([false, 1000 * MS]);
    take(acks, [1033]);
    expect(acks.due(0)).toBe(true);
    written(acks);
    acks.setFrequency(5, 0, 0, 3);
    take(acks, [1034]);
    expect(acks.due(0)).toBe(true);
  });

  test('one that does not fit stays due', () => {
    const acks = new AckTracker();
    take(acks, [0, 1]);
    expect(acks.write(new Uint8Array(1200), 7, 9, 0)).toBe(7);
    expect([acks.due(0), acks.acksSent]).toEqual([true, 0]);
  });
});

describe('a gap', () => {
  /** Seldom otherwise. */
  const patient = (reordering: number): AckTracker => {
    const acks = new AckTracker();
    acks.setFrequency(1, 1000, 1e6, reordering);
    return acks;
  };

  test('is told at once when it becomes three packets old, and only then', () => {
    const acks = patient(3);
    take(acks, [0, 1, 3, 4]);
    expect(acks.due(0)).toBe(false);
    take(acks, [5]);
    expect(acks.due(0)).toBe(true);
    written(acks);
    take(acks, [6, 7, 8]);
    expect(acks.due(0)).toBe(false);
    // A second one, which the first must not hide.
    take(acks, [10, 11]);
    expect(acks.due(0)).toBe(false);
    take(acks, [12]);
    expect(acks.due(0)).toBe(true);
  });

  test('that is filled in time is not told', () => {
    const acks = patient(3);
    take(acks, [0, 2, 3, 1, 4, 5, 6]);
    expect(acks.due(0)).toBe(false);
  });

  test('that was too young in one ACK is told when it is old enough', () => {
    const acks = patient(3);
    take(acks, [0, 2, 3]);
    written(acks);
    take(acks, [4]);
    expect(acks.due(0)).toBe(true);
  });

  test('is not told when the sender does not want it', () => {
    const acks = patient(0);
    take(acks, [0, 10, 20, 30]);
    expect(acks.due(0)).toBe(false);
  });

  test('causes one ACK, and no more than three when it is wide, however many packets follow', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 490 }), { maxLength: 60 }), (lost) => {
        const acks = patient(3);
        let due = 0;
        for (let number = 0; number < 500; number++) {
          if (lost.includes(number)) continue;
          take(acks, [number]);
          if (!acks.due(0)) continue;
          due++;
          written(acks);
        }
        // A wide one is told when its first packet is old enough, and again as its last two become so.
        const gaps = lost.filter((number) => !lost.includes(number - 1));
        const wide = (first: number) => [0, 1, 2].findIndex((i) => !lost.includes(first + i));
        const most = gaps.reduce((sum, first) => sum + (wide(first) < 0 ? 3 : wide(first)), 0);
        expect(due).toBeLessThanOrEqual(most);
        expect(due > 0).toBe(lost.length > 0);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the longest gap', () => {
  const after = (...numbers: number[]): number => {
    const acks = new AckTracker();
    take(acks, numbers);
    return acks.longestGap;
  };

  test('is that of the packets that went missing in a row', () => {
    expect(after()).toBe(0);
    expect(after(0, 1, 2)).toBe(0);
    expect(after(3)).toBe(3);
    expect(after(0, 5, 7)).toBeCloseTo(4, 2);
    expect(after(0, 2, 9)).toBe(6);
  });

  test('of an outage counts as 32', () => {
    expect(after(0, 10_000)).toBe(32);
  });

  test('is forgotten within some ten thousand packets', () => {
    expect(after(0, ...Array.from({ length: 20_000 }, (_, i) => 17 + i))).toBeLessThan(0.2);
  });
});
