import { expect, test } from 'vitest';
import { standing } from '../../src/suite/calibrate.ts';

test.each([
  ['no rate', undefined, 'below'],
  ['a small part', 121_120_000, 'below'],
  ['a half', 605_600_000, 'below'],
  ['more than a half', 605_600_001, 'near'],
  ['all of it', 1_211_200_000, 'near'],
  ['twice as much', 2_422_400_000, 'near'],
  ['more than twice as much', 2_422_400_001, 'above'],
] as const)('a link of %s is %s what the emulator carries', (_, bps, expected) => {
  // 100,000 frames of 1,514 bytes a second are 1.2112 Gbit/s.
  expect(standing(bps, 100_000)).toBe(expected);
});
