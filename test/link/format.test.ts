import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProfile } from '../../src/link/format.ts';
import { parseProfile } from '../../src/link/parse.ts';
import { direction, filesOf } from './arbitrary.ts';

describe('formatProfile', () => {
  it.each([
    ['delay 0ms', 'netem'],
    ['direct', 'direct'],
    ['up: loss 1% down: loss 1%', 'loss 1%'],
    ['up: loss 1%', 'up: loss 1% down: direct'],
    ['netem loss 1%', 'loss 1%'],
    ['loss 1% | netem | delay 1ms', 'netem loss 1% | netem | netem delay 1ms'],
    ['limit 5 rate 1mbit loss random 1 delay 1000us 0ms', 'delay 1ms loss 1% rate 1mbit limit 5'],
    [
      'delay 10ms distribution normal 5ms'.replace('distribution normal 5ms', '5ms distribution normal'),
      'delay 10ms 5ms distribution normal',
    ],
    ['loss gemodel 1%', 'loss gemodel 1% 99%'],
    ['loss gemodel 1 25 50', 'loss gemodel 1% 25% 50%'],
    ['loss gemodel 1% 25% 100% 0.1%', 'loss gemodel 1% 25% 100% 0.1%'],
    ['loss state 1% ecn', 'loss state 1% 99% ecn'],
    ['loss state 1% 50% 0% 100% 2%', 'loss state 1% 50% 0% 100% 2%'],
    ['delay 1ms reorder 25% gap 1', 'delay 1ms reorder 25%'],
    ['rate 1mbit 0 0 0', 'rate 1mbit'],
    ['rate 10mbps -14 48 5', 'rate 80mbit -14 48 5'],
    ['slot 1ms 1ms packets 0', 'slot 1ms'],
    ['outage for 2s every 30s after 30s', 'outage every 30s for 2s'],
    ['rate 1mbit queue 1 packet 64k byte 50 ms', 'rate 1mbit queue 1 packets 64kb bytes 50ms'],
    ['rate 1mbit queue codel', 'rate 1mbit queue 1000 packets codel target 5ms interval 100ms noecn'],
    ['tbf rate 1mbit maxburst 32kbit latency 50ms', 'tbf rate 1mbit burst 4kb limit 10346b'],
  ])('writes %s as %s', (text, canonical) => {
    expect(formatProfile(parseProfile(text))).toBe(canonical);
    expect(formatProfile(parseProfile(canonical))).toBe(canonical);
  });

  it('is read back as the same profile', () => {
    fc.assert(
      fc.property(direction(), direction(), (up, down) => {
        const text = formatProfile({ up, down });
        expect(parseProfile(text, filesOf(up, down))).toEqual({ up, down });
      }),
      { numRuns: 1000 },
    );
  });
});
