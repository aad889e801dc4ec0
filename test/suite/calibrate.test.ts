import { expect, test } from 'vitest';
import { parseProfile } from '../../src/link/parse.ts';
import { packetsPerSecond, standing } from '../../src/suite/calibrate.ts';

const FULL = { wireBytes: 1514, packetBytes: 1514 };
const plan = { warmup: true, seconds: 1, messageBytes: 1400 };

test.each([
  ['delay 1ms', 'below'],
  ['rate 121120kbit', 'below'],
  ['rate 605600kbit', 'below'],
  ['rate 605700kbit', 'near'],
  ['rate 2422400kbit', 'near'],
  ['rate 2422500kbit', 'above'],
  ['up: rate 1mbit down: rate 3gbit', 'above'],
] as const)('%s is %s what the emulator carries', (profile, expected) => {
  // 100,000 frames of 1,514 bytes a second are 1.2112 Gbit/s.
  expect(standing({ ...FULL, plan, profile: parseProfile(profile) }, 100_000)).toBe(expected);
});

test('what the scenario sends counts where it is less than the rate', () => {
  const slow = { ...FULL, plan: { ...plan, offeredBps: 1e6 }, profile: parseProfile('rate 3gbit') };
  // A message of 1,400 bytes takes 1,514 on the wire.
  expect(packetsPerSecond(slow)).toBeCloseTo(1e6 / (8 * 1400), 6);
  expect(standing(slow, 100_000)).toBe('below');
  expect(packetsPerSecond({ ...slow, plan: { ...plan, offeredBps: 5e9 } })).toBeCloseTo(3e9 / (8 * 1514), 6);
});

test('small datagrams are many packets', () => {
  const small = { wireBytes: 106, packetBytes: 106, plan: { ...plan, messageBytes: 64 } };
  expect(packetsPerSecond({ ...small, profile: parseProfile('rate 200mbit') })).toBeCloseTo(200e6 / (8 * 106), 6);
});

test('a link and a scenario without a rate ask for nothing in particular', () => {
  expect(packetsPerSecond({ ...FULL, plan, profile: parseProfile('delay 1ms') })).toBe(0);
  expect(packetsPerSecond({ ...FULL, plan: { ...plan, offeredBps: 1e9 } })).toBe(0);
});
