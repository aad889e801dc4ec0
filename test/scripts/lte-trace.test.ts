import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lteTrace, SHIPPED, traceText } from '../../scripts/lte-trace.ts';

const folder = new URL('../../traces/', import.meta.url);

test('nothing is shipped but what the script makes', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(SHIPPED).sort());
});

test.each(Object.entries(SHIPPED))('%s is what the script makes', (name, options) => {
  expect(readFileSync(new URL(name, folder), 'utf8')).toBe(traceText(lteTrace(options)));
});

const options = { seed: 1, ms: 20_000, medianRate: 14, peakRate: 45 };

test('a seed fixes the trace', () => {
  expect(lteTrace(options)).toEqual(lteTrace(options));
  expect(lteTrace(options)).not.toEqual(lteTrace({ ...options, seed: 2 }));
});

test('times go forward and stay inside; no ms carries more than the modem takes', () => {
  const trace = lteTrace(options);
  expect(trace).toEqual(trace.toSorted((a, b) => a - b));
  expect(trace[0]).toBeGreaterThanOrEqual(1);
  expect(trace.at(-1)).toBeLessThanOrEqual(options.ms);
  // What was carried over from the ms before is less than one opportunity.
  const most = Math.ceil(options.peakRate / 12);
  expect(trace.filter((ms, i) => ms === trace[i - most])).toEqual([]);
});

test('handovers interrupt, and the rate changes from second to second', () => {
  const trace = lteTrace({ ...options, ms: 60_000 });
  const pauses = trace.slice(1).map((ms, i) => ms - trace[i]);
  expect(Math.max(...pauses)).toBeGreaterThanOrEqual(40);
  const perSecond = new Array<number>(60).fill(0);
  for (const ms of trace) perSecond[Math.floor((ms - 1) / 1000)]++;
  expect(Math.max(...perSecond)).toBeGreaterThan(4 * Math.min(...perSecond));
});
