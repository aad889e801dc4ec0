import { expect, test } from 'vitest';
import { nearest } from '../../src/record/nearest.ts';

const names = ['transports', 'scenarios', 'links', 'trials', 'duration', 'seed', 'io'];

test.each([
  ['trails', 'trials'],
  ['transport', 'transports'],
  ['Duration', 'duration'],
  ['sede', 'seed'],
  ['oi', 'io'],
  ['link', 'links'],
])('%j was meant to be %j', (word, meant) => {
  expect(nearest(word, names)).toBe(meant);
});

test.each(['zebra', 'x', ''])('%j is near to nothing', (word) => {
  expect(nearest(word, names)).toBeUndefined();
});
