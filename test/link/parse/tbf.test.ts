import { describe, expect, it } from 'vitest';
import { parseProfile } from '../../../src/link/parse.ts';
import { pointedAt, refusal } from './refusal.ts';

const tbf = (text: string) => parseProfile(`tbf ${text}`).up.stages[0];

describe('tbf', () => {
  it('works out the queue from the latency as tc does', () => {
    // 10 Mbit/s are 1.25e6 bytes/s: 62,500 in 50 ms, and the bucket of 4,096.
    expect(tbf('rate 10mbit burst 32kbit latency 50ms')).toEqual({
      kind: 'tbf',
      rateBps: 10e6,
      burstBytes: 4096,
      limitBytes: 66_596,
    });
    // At the peak rate 1.5e6 bytes/s: 75,000 + 1,540; with a peak of 10,000,008 bit/s the second bucket decides.
    expect(tbf('rate 10mbit burst 32kbit latency 50ms peakrate 12mbit mtu 1540')).toMatchObject({ limitBytes: 66_596 });
    expect(tbf('rate 10mbit burst 32kbit latency 50ms peakrate 10000008bit mtu 1540')).toMatchObject({
      limitBytes: 64_040,
    });
  });

  it('has every word of tc-tbf(8)', () => {
    const all = 'rate 1mbit burst 4k/8 limit 64kb peakrate 2mbit minburst 1540/8 mpu 64 overhead 14 linklayer ethernet';
    expect(tbf(all)).toEqual({
      kind: 'tbf',
      rateBps: 1e6,
      burstBytes: 4096,
      limitBytes: 65_536,
      peakRateBps: 2e6,
      mtuBytes: 1540,
      mpuBytes: 64,
      overheadBytes: 14,
    });
    expect(tbf('rate 1mbit buffer 4k lat 50ms')).toEqual(tbf('rate 1mbit b 4k latency 50ms'));
    expect(tbf('rate 1mbit maxburst 4k li 64k p 2mbit mtu 1540 mpu 0 o 0')).toEqual(
      tbf('rate 1mbit burst 4k limit 64k peakrate 2mbit mtu 1540'),
    );
  });

  it('reads an overhead in decimal, as tc does', () => {
    const overhead = (text: string) => tbf(`rate 1mbit burst 4k limit 4k overhead ${text}`);
    expect(overhead('08')).toMatchObject({ overheadBytes: 8 });
    expect(overhead('010')).toMatchObject({ overheadBytes: 10 });
  });

  it.each([
    ['tbf rate 1mbit burst 4k limit 4k overhead 0x10', 'is not a whole number in decimal', '0x10'],
    ['tbf', 'needs a rate', 'tbf'],
    ['tbf rate 1mbit', 'needs a bucket', 'tbf rate 1mbit'],
    ['tbf rate 1mbit burst 4k', 'needs limit SIZE or latency TIME', 'tbf rate 1mbit burst 4k'],
    ['tbf rate 1mbit burst 4k limit 4k latency 1ms', 'leave one out', 'latency 1ms'],
    [
      'tbf rate 1mbit burst 4k limit 4k peakrate 2mbit',
      "needs a bucket of its own, such as 'mtu 1540'",
      'peakrate 2mbit',
    ],
    ['tbf rate 1mbit burst 4k limit 4k mtu 1540', "is the bucket of 'peakrate'", 'mtu 1540'],
    ['tbf rate 1mbit burst 4k limit 4k mtu 1540 peakrate 1mbit', "more than 'rate'", 'peakrate 1mbit'],
    ['tbf rate 1mbit burst 0 limit 4k', 'at least 1 byte', '0'],
    ['tbf rate 1mbit burst 4k latency 0ms', 'too short', '0ms'],
    ['tbf rate 10tbit burst 4k latency 1s', 'more than 4294967295 bytes', '1s'],
    ['tbf rate 1mbit burst 4k limit 4k linklayer atm', "only 'linklayer ethernet'", 'linklayer'],
    ['tbf rate 1mbit burst 4k limit 4k overhead 65536', 'is not within 0 to 65535', '65536'],
    ['tbf rate 1mbit burst 4k limit 4k mpu 64k', 'more than 65535 bytes', '64k'],
    ['tbf rat 1mbit', "unknown word 'rat'; did you mean 'rate'?", 'rat'],
    ['tbf delay 1ms', "unknown word 'delay'; accepted are rate, burst, limit", 'delay'],
  ])('refuses "%s"', (text, problem, word) => {
    expect(refusal(text)).toContain(problem);
    expect(pointedAt(refusal(text))).toBe(word);
  });
});
