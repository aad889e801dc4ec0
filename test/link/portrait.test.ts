import { expect, test } from 'vitest';
import { effectiveProfile } from '../../src/link/effective.ts';
import { parseProfile } from '../../src/link/parse.ts';
import { delayAt, lightLoad, saturation } from '../../src/link/portrait.ts';

const trace = Array.from({ length: 2000 }, (_, i) => (i < 1500 ? i + 1 : 2 * i)).join('\n');
const up = (text: string) => effectiveProfile(parseProfile(text, { read: () => trace })).up;
const light = (text: string, seed = 1) => lightLoad(up(text), seed);

test('without impairment everything comes through at once', () => {
  const load = light('direct');
  expect(load).toMatchObject({ frames: 200_000, lost: 0, lossRuns: [], duplicated: 0, reordered: 0 });
  expect(load.delaysNs).toHaveLength(200_000);
  expect([delayAt(load, 0), delayAt(load, 1)]).toEqual([0, 0]);
});

test('delay and serialisation, no queue', () => {
  const load = light('delay 20ms rate 8mbit');
  // 98 bytes at 8 Mbit/s are 98 us.
  for (const q of [0, 0.5, 1]) expect(delayAt(load, q)).toBeCloseTo(20.098e-3, 9);
});

test('jitter is where it was asked for, ascending', () => {
  const { delaysNs } = light('delay 20ms 5ms');
  expect(delaysNs.every((ns, i) => i === 0 || ns >= delaysNs[i - 1])).toBe(true);
  expect(delaysNs[0]).toBeGreaterThanOrEqual(15e6);
  expect(delaysNs.at(-1)).toBeLessThan(25e6);
  // Standard error of the mean 5e6 / sqrt(3) / sqrt(200,000) = 6455; 4.9 of them are missed once in 10^6.
  const mean = delaysNs.reduce((sum, ns) => sum + ns, 0) / delaysNs.length;
  expect(Math.abs(mean - 20e6)).toBeLessThan(4.9 * 6455);
});

test('losses, and how long they last', () => {
  const { lost, lossRuns, frames, delaysNs } = light('loss 1%');
  // sqrt(200,000 x 0.01 x 0.99) = 44.5; 4.9 of them are missed once in 10^6.
  expect(Math.abs(lost - 2000)).toBeLessThan(4.9 * 44.5);
  expect(lossRuns.reduce((sum, run) => sum + run, 0)).toBe(lost);
  expect(delaysNs).toHaveLength(frames - lost);
  const bursty = light('loss gemodel 0.25% 25%');
  // About 495 geometric runs of mean 4 and deviation sqrt(12): standard error 0.156; 4.9 of them.
  expect(Math.abs(bursty.lost / bursty.lossRuns.length - 4)).toBeLessThan(4.9 * 0.156);
  expect(bursty.lossRuns).toEqual(bursty.lossRuns.toSorted((a, b) => a - b));
});

test('an outage takes all that comes in it', () => {
  const { lossRuns, frames } = light('outage every 1s for 100ms');
  // Frames every 10 ms: ten in each outage, one outage in each second of 2,000 s.
  expect(new Set(lossRuns)).toEqual(new Set([10]));
  expect(lossRuns.length).toBeCloseTo((frames * 10e-3) / 1, -1);
});

test('duplicates count once, overtaken frames are told', () => {
  expect(light('duplicate 100%')).toMatchObject({ duplicated: 200_000, lost: 0, reordered: 0 });
  expect(light('delay 25ms reorder 5%').reordered).toBeGreaterThan(1000);
});

test('frames keep their distance where the link is slow or long', () => {
  // 98 bytes take 98 ms at 8 kbit/s: twenty of these.
  expect(light('rate 8kbit').intervalNs).toBe(1960e6);
  expect(light('delay 1000s')).toMatchObject({ intervalNs: 1e9, lost: 0 });
});

test('a seed fixes everything', () => {
  const outcome = (seed: number) => {
    const { delaysNs, ...rest } = light('delay 20ms 5ms loss gemodel 1% 25% duplicate 1%', seed);
    return { ...rest, delays: Buffer.from(delaysNs.buffer).toString('base64') };
  };
  const once = outcome(1);
  expect(outcome(1)).toEqual(once);
  expect(outcome(2).delays).not.toBe(once.delays);
});

test('what nothing limits has no capacity', () => {
  expect(saturation(up('delay 20ms loss 1%'), 1)).toBeUndefined();
});

test('a saturated link delivers its rate', () => {
  const { periodNs, bps } = saturation(up('delay 20ms rate 20mbit'), 1) ?? { periodNs: 0, bps: [] };
  expect(periodNs).toBe(1e8);
  expect(bps).toHaveLength(100);
  // One frame more or less per period.
  for (const rate of bps) expect(Math.abs(rate - 20e6)).toBeLessThanOrEqual(1514 * 8 * 10);
});

test('periods are long where frames are', () => {
  expect(saturation(up('rate 200kbit'), 1)).toMatchObject({ periodNs: 1e9 });
  expect(saturation(up('rate 200kbit'), 1)?.bps).toHaveLength(10);
});

test('an outage shows as a gap', () => {
  const { bps = [] } = saturation(up('rate 20mbit outage every 2s for 500ms'), 1) ?? {};
  // Lasts for at least two of them, as far as they begin within 10 s; four whole periods of each are empty at least.
  expect(bps.filter((rate) => rate === 0).length).toBeGreaterThanOrEqual(4 * 4);
});

test('a trace shows its rate over time', () => {
  const { bps = [] } = saturation(up('trace some.trace'), 1) ?? {};
  // An opportunity per ms for 1.5 s, none for as long, one every other ms for another second, and anew.
  expect(bps.slice(1, 14).every((rate) => Math.abs(rate - 1514 * 8e3) < 1514 * 8 * 20)).toBe(true);
  expect(bps.slice(16, 29)).toEqual(new Array(13).fill(0));
  expect(bps.slice(31, 39).every((rate) => Math.abs(rate - 1514 * 4e3) < 1514 * 8 * 20)).toBe(true);
});

test('a token bucket gives its burst first', () => {
  const { bps = [] } = saturation(up('tbf rate 8mbit burst 100kb latency 50ms'), 1) ?? {};
  expect(bps[0]).toBeGreaterThan(12e6);
  expect(bps[50]).toBeCloseTo(8e6, -5.1);
});
