import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DueQueue } from '../../src/link/due-queue.ts';

it('gives packets in the order of time, equal times as they came, while it grows around its end', () => {
  /** Of each packet a time; before it some are taken. */
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 2 })), {
    minLength: 100,
    maxLength: 600,
    size: 'max',
  });
  fc.assert(
    fc.property(steps, fc.boolean(), (packets, sorted) => {
      const queue = new DueQueue();
      const held: { due: number; id: number }[] = [];
      const got: number[] = [];
      const wanted: unknown[] = [];
      const takeOne = (): void => {
        const first = held.shift();
        wanted.push(first?.due, first?.id);
        got.push(queue.nextDue(), queue.shift());
      };
      packets.forEach(([time, taken], id) => {
        for (let i = 0; i < taken && held.length > 0; i++) if (id % 3 > 0) takeOne();
        const due = sorted ? id : time;
        queue.push(due, id);
        held.splice(held.findLastIndex((other) => other.due <= due) + 1, 0, { due, id });
      });
      while (held.length > 0) takeOne();
      expect(got).toEqual(wanted);
      expect(queue.size).toBe(0);
      expect(queue.nextDue()).toBe(Infinity);
    }),
    { numRuns: 30 },
  );
});
