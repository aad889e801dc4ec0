import { expect, test } from 'vitest';
import { since, transportSamples } from '../../../src/scenarios/stream/transport-samples.ts';

test('a transport that knows all of it is sampled in the units of the series', () => {
  const last = { retransmits: 10, packetsDeclaredLost: 3, srttSeconds: 0.1, bytesInFlight: 9 };
  const now = {
    ...{ retransmits: 12, packetsDeclaredLost: 4, srttSeconds: 0.02, bytesInFlight: 5 },
    ...{ congestionWindowBytes: 6, pacingBitsPerSecond: 7, deliveryBitsPerSecond: 8 },
  };
  expect(Object.fromEntries(transportSamples(last, now))).toEqual({
    ...{ congestion_window_bytes: 6, bytes_in_flight: 5, pacing_bps: 7, delivery_bps: 8, srtt_ms: 20 },
    ...{ retransmits: 2, packets_declared_lost: 1 },
  });
});

test('what a transport does not know is left out', () => {
  expect(transportSamples({}, {})).toEqual([]);
  expect(transportSamples({ retransmits: 3 }, { bytesInFlight: 0 })).toEqual([['bytes_in_flight', 0]]);
});

test('a count that begins later begins at nothing', () => {
  expect(since(undefined, 5)).toBe(5);
  expect(since(5, undefined)).toBeUndefined();
});
