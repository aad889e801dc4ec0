import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration } from '../../src/config/duration.ts';

test.each([
  ['2s', 2],
  ['500ms', 0.5],
  ['1m', 60],
  ['1.5 min', 90],
  ['1h', 3600],
  ['3', 3],
  ['.5', 0.5],
  [' 2S ', 2],
])('%j is %d seconds', (text, seconds) => {
  expect(parseDuration(text)).toBeCloseTo(seconds, 12);
});

test.each(['', 's', '2x', '-1s', '2 s s', '1e3', 'NaN', '2constructor', '1,5s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test('milliseconds and seconds agree', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (ms) => {
      expect(parseDuration(`${ms}ms`)).toBeCloseTo(parseDuration(`${ms / 1000}s`) as number, 6);
    }),
  );
});
