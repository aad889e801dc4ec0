import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatBitRate,
  formatBytes,
  formatCount,
  formatFactor,
  formatMetric,
  formatNumber,
  formatRatio,
  formatSeconds,
  scaleOf,
} from '../../src/record/units.ts';

test.each([
  [formatBitRate, 94_100_000, '94.1 Mbit/s'],
  [formatBitRate, 999_600, '1 Mbit/s'],
  [formatBitRate, 66e9, '66 Gbit/s'],
  [formatBitRate, 0, '0 bit/s'],
  [formatBytes, 1_500_000, '1.5 MB'],
  [formatSeconds, 0.0123, '12.3 ms'],
  [formatSeconds, 65e-6, '65 µs'],
  [formatSeconds, 2e-9, '2 ns'],
  [formatSeconds, 12, '12 s'],
  [formatSeconds, 0.99996, '1 s'],
  [formatRatio, 0.0102, '1.02 %'],
  [formatRatio, 0, '0 %'],
  [formatRatio, 0.00004, '0.004 %'],
  [formatCount, 12345, '12,345'],
  [formatCount, 1.25, '1.25'],
  [formatFactor, 9.84, '9.84x'],
  [formatFactor, 1.0123, '1.012x'],
  [formatNumber, 12_345.6, '12,346'],
  [formatNumber, 999.4, '999'],
  [formatNumber, 100, '100'],
])('%o(%d) is %s', (format, value, text) => {
  expect(format(value)).toBe(text);
});

test.each([
  ['goodput_bps', 5e6, '5 Mbit/s'],
  ['delay_p50_ms', 10.9, '10.9 ms'],
  ['delay_max_ms', 1500, '1.5 s'],
  ['completion_s', 0.25, '250 ms'],
  ['loss_ratio', 0.12, '12 %'],
  ['retransmits', 312, '312'],
  ['playout_wait_ms', 4, '4 ms'],
  ['chat_deliveries_per_s', 12_345, '12,345 /s'],
  ['chat_cpu_us_per_delivery', 8.25, '8.25 µs'],
  ['file_psnr_db', 31.27, '31.3 dB'],
  ['zoo_visits_per_s', 2.5, '2.5 /s'],
  ['zoo_step_us', 1500, '1.5 ms'],
])('metric %s: %d is %s', (name, value, text) => {
  expect(formatMetric(name, value)).toBe(text);
});

test('three significant digits: at most half a percent is lost, and no exponent is shown', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 999, noNaN: true }), (value) => {
      const text = formatNumber(value);
      expect(text).toMatch(/^\d+(\.\d+)?$/);
      // Eight decimals at most: for the smallest values these bind before the three digits do.
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.max(value * 0.0051, 0.51e-8));
    }),
  );
});

test('a scale leaves between 1 and 1000, up to tera', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 9e14, noNaN: true }), (value) => {
      const rest = value / scaleOf(value).factor;
      expect(rest).toBeGreaterThanOrEqual(0.999);
      expect(rest).toBeLessThan(1000);
    }),
  );
});
