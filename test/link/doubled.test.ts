import { expect, it } from 'vitest';
import { doubled } from '../../src/link/doubled.ts';

it('keeps the kind of an array, and what a ring finds at a number', () => {
  const ring = Float64Array.of(8, 5, 6, 7);
  const twice = doubled(ring);
  expect(twice).toBeInstanceOf(Float64Array);
  expect(twice.length).toBe(8);
  for (let number = 5; number <= 8; number++) expect(twice[number & 7]).toBe(number);
});
