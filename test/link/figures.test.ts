import { expect, test } from 'vitest';
import { effectiveProfile } from '../../src/link/effective.ts';
import { figuresOf, roundTripNs } from '../../src/link/figures.ts';
import { parseProfile } from '../../src/link/parse.ts';

const figures = (text: string) => figuresOf(effectiveProfile(parseProfile(text)).up);

test('without a rate there is no capacity and no queue', () => {
  expect(figures('delay 20ms')).toEqual({ delayNs: 20e6, lossRatio: 0 });
  expect(figures('direct')).toEqual({ delayNs: 0, lossRatio: 0 });
});

test('the narrowest stage gives capacity and queue, all stages the delay', () => {
  expect(figures('delay 10ms rate 100mbit queue 50 packets | delay 5ms rate 8mbit queue 10 packets')).toEqual({
    delayNs: 15e6,
    lossRatio: 0,
    capacityBps: 8e6,
    queue: { packets: 10, ns: 10 * 1514 * 1000 },
  });
});

test('a queue of several bounds waits as long as the tightest allows', () => {
  expect(figures('rate 8mbit queue 100 packets 3000 bytes').queue).toEqual({ packets: 100, bytes: 3000, ns: 3e6 });
  expect(figures('rate 8mbit queue 100 packets 5ms').queue).toEqual({ packets: 100, ns: 5e6 });
});

test('a limit leaves to the queue what the delay does not need', () => {
  // 10 ms at 8 Mbit/s are 10,000 bytes: 7 full frames.
  expect(figures('delay 10ms rate 8mbit limit 17').queue).toMatchObject({ packets: 10 });
  expect(figures('delay 10ms rate 8mbit limit 3').queue).toEqual({ packets: 0, ns: 0 });
});

test('the queue of a token bucket is one of bytes', () => {
  // 50 ms at 10 Mbit/s, and the burst.
  const limitBytes = 62_500 + 4096;
  expect(figures('delay 5ms | tbf rate 10mbit burst 4kb latency 50ms')).toMatchObject({
    capacityBps: 10e6,
    queue: { bytes: limitBytes, ns: (limitBytes * 8e9) / 10e6 },
  });
});

test('losses of all stages and outages add up as independent ones do', () => {
  expect(figures('loss 10% | loss 50%').lossRatio).toBeCloseTo(1 - 0.9 * 0.5, 12);
  expect(figures('loss 10% outage every 10s for 1s').lossRatio).toBeCloseTo(1 - 0.9 * 0.9, 12);
  expect(figures('loss 20% 50%').lossRatio).toBeCloseTo(0.029, 3);
});

test('the round trip is both ways together', () => {
  expect(roundTripNs(parseProfile('up: delay 10ms | delay 5ms down: delay 20ms'))).toBe(35e6);
});
