import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Extents } from '../../src/wire/extents.ts';

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test('all that was added is there, in order, however many', () => {
  const pairs = fc.array(fc.tuple(u32, u32), { minLength: 0, maxLength: 5000, size: 'max' });
  fc.assert(
    fc.property(pairs, (added) => {
      const extents = new Extents();
      for (const [offset, length] of added) extents.add(offset, length);
      expect(extents.count).toBe(added.length);
      expect([...extents.offsets.subarray(0, extents.count)]).toEqual(added.map(([offset]) => offset));
      expect([...extents.lengths.subarray(0, extents.count)]).toEqual(added.map(([, length]) => length));
    }),
    { numRuns: 30 },
  );
});

test('starting again makes no new arrays', () => {
  const extents = new Extents();
  for (let i = 0; i < 3000; i++) extents.add(i, i);
  const { offsets, lengths } = extents;
  extents.count = 0;
  for (let i = 0; i < 3000; i++) extents.add(2 * i, 1);
  expect(extents.offsets).toBe(offsets);
  expect(extents.lengths).toBe(lengths);
  expect(extents.offsets[2999]).toBe(5998);
});
