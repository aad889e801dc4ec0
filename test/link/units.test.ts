import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatPercent,
  formatRate,
  formatSize,
  formatTime,
  parseInteger,
  parsePercent,
  parseRate,
  parseSeed,
  parseSize,
  parseTime,
} from '../../src/link/units.ts';

describe('parseTime', () => {
  it.each([
    ['1s', 1e9],
    ['1sec', 1e9],
    ['2secs', 2e9],
    ['20ms', 20e6],
    ['20MSEC', 20e6],
    ['3msecs', 3e6],
    ['7us', 7000],
    ['7usec', 7000],
    ['7usecs', 7000],
    ['5ns', 5],
    ['5nsec', 5],
    ['5nsecs', 5],
    ['.5ms', 500_000],
    ['1e3us', 1e6],
    ['1.9ns', 1],
    ['0ms', 0],
  ])('%s is %d ns', (text, ns) => {
    expect(parseTime(text)).toBe(ns);
  });

  it.each([
    ['10', "'10' has no unit; write 10ms, 10us or 10s"],
    ['0', 'has no unit'],
    ['10parsecs', "'parsecs' is not a unit of time; use s, ms, us or ns"],
    ['-5ms', "'-5ms' is negative"],
    ['ms', "'ms' is not a time"],
    ['inf', "'inf' is not a time"],
    ['NaN', "'NaN' is not a time"],
    ['1e999s', 'too large'],
    ['10constructor', 'not a unit of time'],
    ['0x10ms', 'not a unit of time'],
  ])('refuses %s', (text, message) => {
    expect(() => parseTime(text)).toThrow(message);
  });
});

describe('parseRate', () => {
  it.each([
    ['8000', 8000],
    ['1mbit', 1e6],
    ['1Mbit', 1e6],
    ['1mbps', 8e6],
    ['10kbps', 80_000],
    ['1.5gbit', 1.5e9],
    ['2tbit', 2e12],
    ['16bit', 16],
    ['16bps', 128],
    ['1kibit', 1024],
    ['1mibps', 8 * 1024 ** 2],
    ['1gibit', 1024 ** 3],
    ['1tibit', 1024 ** 4],
    ['15bit', 8],
    ['7bit', 0],
  ])('%s is %d bit/s', (text, rate) => {
    expect(parseRate(text)).toBe(rate);
  });

  it.each([
    ['20mb', "'mb' is not a unit of rate"],
    ['5%', 'a share of the device'],
    ['-1mbit', 'is negative'],
    ['fast', "'fast' is not a rate"],
  ])('refuses %s', (text, message) => {
    expect(() => parseRate(text)).toThrow(message);
  });
});

describe('parseSize', () => {
  it.each([
    ['1000', 1000],
    ['64b', 64],
    ['1k', 1024],
    ['1kb', 1024],
    ['2m', 2 * 1024 ** 2],
    ['1gb', 1024 ** 3],
    ['8kbit', 1024],
    ['1mbit', 131_072],
    ['1.5k', 1536],
  ])('%s is %d', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['many', '1x', '-1'])('refuses %s', (text) => {
    expect(() => parseSize(text)).toThrow(`'${text}'`);
  });
});

describe('parsePercent', () => {
  it.each([
    ['1%', 0.01],
    ['1', 0.01],
    ['0.07%', 0.0007],
    ['1e-3%', 0.00001],
    ['100%', 1],
    ['0%', 0],
    ['-0%', 0],
  ])('%s is %d', (text, fraction) => {
    expect(parsePercent(text)).toBe(fraction);
  });

  it.each(['101%', '-1%', '100.0001', '1%%', '1 %', 'nan', 'some', '1e400%'])('refuses %s', (text) => {
    expect(() => parsePercent(text)).toThrow(`'${text}'`);
  });
});

describe('parseInteger', () => {
  it.each([
    ['0', 0],
    ['42', 42],
    ['+42', 42],
    ['-42', -42],
    ['-0', 0],
    ['0x1F', 31],
    ['010', 8],
    ['00', 0],
  ])('%s is %d', (text, value) => {
    expect(parseInteger(text, -100, 100)).toBe(value);
  });

  it.each([
    ['101', "'101' is not within -100 to 100"],
    ['-101', 'is not within'],
    ['9'.repeat(400), 'is not within'],
    ['1.5', "'1.5' is not a whole number"],
    ['1k', 'is not a whole number'],
    ['08', 'is not a whole number'],
    ['0x', 'is not a whole number'],
    ['', 'is not a whole number'],
  ])('refuses %s', (text, message) => {
    expect(() => parseInteger(text, -100, 100)).toThrow(message);
  });
});

describe('parseSeed', () => {
  it('is exact to 64 bits', () => {
    expect(parseSeed('0')).toBe(0n);
    expect(parseSeed('18446744073709551615')).toBe(2n ** 64n - 1n);
  });

  it.each(['18446744073709551616', '-1', '0x10', '1.0', ''])('refuses %s', (text) => {
    expect(() => parseSeed(text)).toThrow(`'${text}' is not a whole number of 64 bits`);
  });
});

describe('formatters', () => {
  it('choose the largest unit that fits', () => {
    expect([0, 1, 1500, 20e6, 1_234_567, 1e9, 90e9].map(formatTime)).toEqual([
      '0ms',
      '1ns',
      '1.5us',
      '20ms',
      '1.234567ms',
      '1s',
      '90s',
    ]);
    expect([8, 1000, 20e6, 1.5e9, 1e12].map(formatRate)).toEqual(['8bit', '1kbit', '20mbit', '1.5gbit', '1tbit']);
    expect([0, 1, 1000, 1024, 4096, 1536, 3 * 1024 ** 2, 1024 ** 3].map(formatSize)).toEqual([
      '0b',
      '1b',
      '1000b',
      '1kb',
      '4kb',
      '1536b',
      '3mb',
      '1gb',
    ]);
    expect([0, 1, 0.01, 0.0007, 0.125, 0.2525, 1e-9].map(formatPercent)).toEqual([
      '0%',
      '100%',
      '1%',
      '0.07%',
      '12.5%',
      '25.25%',
      '1e-7%',
    ]);
  });

  it('are read back exactly', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 3600e9 }), (ns) => parseTime(formatTime(ns)) === ns));
    fc.assert(fc.property(fc.integer({ min: 1, max: 1.25e12 }), (n) => parseRate(formatRate(8 * n)) === 8 * n));
    fc.assert(fc.property(fc.maxSafeInteger().map(Math.abs), (n) => parseSize(formatSize(n)) === n));
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (p) => parsePercent(formatPercent(p)) === Math.abs(p)),
      { numRuns: 5000 },
    );
  });
});
