import { describe, expect, it } from 'vitest';
import { deadlineOf, parseFec, rudpOptions } from '../../../src/transports/rudp/options.ts';

const refusals = (given: Record<string, unknown>): string[] =>
  (rudpOptions.safeParse(given).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('the options of rudp', () => {
  it('have defaults that work', () => {
    const options = rudpOptions.parse({});
    expect(options).toMatchObject({
      mode: 'ordered',
      cc: 'bbr',
      window: 64 << 20,
      mtu: 1500,
      idle: 30e9,
      keepalive: 10e9,
    });
    expect(deadlineOf(options)).toBe(100e6);
  });

  it('read quantities with their units', () => {
    const given = {
      mode: 'deadline',
      deadline: '80ms',
      window: '1mb',
      cc: 'fixed',
      rate: '50mbit',
      fec: '10+3',
      idle: '2s',
    };
    expect(rudpOptions.parse(given)).toMatchObject({
      window: 1 << 20,
      rate: 50e6,
      fec: '10+3',
      idle: 2e9,
      deadline: 80e6,
    });
    expect(parseFec('10+3')).toEqual({ k: 10, r: 3 });
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'an unknown congestion control',
      { cc: 'vegas' },
      /^cc: 'vegas' is not accepted: expected one of bbr, cubic, newreno/,
    ],
    ['an unknown mode', { mode: 'reliable' }, /^mode: 'reliable'.*ordered, unordered, sequenced, deadline/],
    ['a window out of range', { window: '1kb' }, /^window: '1kb' is not accepted: expected a size from 64kb to 1gb/],
    [
      'an MTU out of range',
      { mtu: 500 },
      /^mtu: '500' is not accepted: expected a packet size from 1248 .*1200.* to 65535/,
    ],
    ['a fixed rate without the rate', { cc: 'fixed' }, /^rate: cc=fixed needs a rate, such as rate=50mbit/],
    ['a rate for others', { rate: '5mbit' }, /^rate: a rate is for cc=fixed, not for cc=bbr/],
    ['repairs for others', { fec: '10+3' }, /^fec: repair packets are for mode=deadline, not for mode=ordered/],
    [
      'too many repairs',
      { mode: 'deadline', fec: '250+6' },
      /^fec: '250\+6' is not accepted: expected k\+r such as 10\+3/,
    ],
    ['a deadline for others', { deadline: '50ms' }, /^deadline: a deadline is for mode=deadline, not for mode=ordered/],
    ['a time without unit', { idle: '30' }, /^idle: '30' is not accepted: expected a time from 1s to 600s/],
  ])('refuse %s', (_, given, message) => {
    expect(refusals(given)).toEqual([expect.stringMatching(message)]);
  });
});
