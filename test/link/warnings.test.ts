import { describe, expect, it } from 'vitest';
import { lossFigures } from '../../src/link/loss-figures.ts';
import { parseProfile } from '../../src/link/parse.ts';
import type { LossModel, Netem } from '../../src/link/profile.ts';
import { warningsOf } from '../../src/link/warnings.ts';

const FILES = { read: () => '1\n' };
const warnings = (text: string) => warningsOf(parseProfile(text, FILES));

describe('warningsOf', () => {
  it.each([
    'direct',
    'delay 10ms loss 1% rate 50mbit',
    'delay 10ms 5ms keep-order',
    'delay 10ms 5ms trace t',
    'loss gemodel 1% 25%',
    'loss state 1% 70% 30%',
    'netem rate 10mbit | netem delay 10ms reorder 25%',
    'loss 50% 25%',
    'loss 100% 25%',
    'corrupt 1% payload',
    'delay 10ms reorder 25%',
    'delay 50ms rate 100mbit limit 1000',
    'delay 1ms limit 1000',
    'tbf rate 1mbit burst 1514b limit 64kb',
  ])('has nothing to say of %s', (text) => {
    expect(warnings(text)).toEqual([]);
  });

  it.each([
    // Simulated over 4e6 packets: 0.20 %, 1.76 %, 2.9 % and 13 %.
    [
      'loss 5% 25%',
      "loss 5% 25%: netem's correlation narrows its random numbers, so that this meets 0.19% of the packets",
    ],
    ['duplicate 10% 25% loss 50% 1%', 'meets 1.8% of the packets; leave the 25% out'],
    ['corrupt 20% 50% payload', 'corrupt 20% 50%: '],
    ['delay 1ms reorder 30% 50%', 'reorder 30% 50%: '],
    ['loss 0.01% 25%', 'meets hardly any packet'],
    ['loss 30% 100%', 'the first draw decides for all packets'],
    ['duplicate 60% 10%', 'tc itself drops this correlation'],
    ['delay 10ms 5ms 25% keep-order', 'takes the remainder of the correlated number by twice the jitter'],
    ['delay 10ms 5ms 25% distribution normal keep-order', "by the table's size"],
    ['delay 10ms 5ms 100% keep-order', 'the delay of the first'],
    [
      'delay 20ms 5ms',
      'a jitter of 5ms reorders: 55% of 1500-byte packets at 10 Mbit/s leave after one that was sent later',
    ],
    ['delay 20ms 0.5ms', 'packets sent close together'],
    ['delay 20ms 5ms distribution normal', 'packets sent close together'],
    ['delay 20ms 5ms | rate 1mbit', "write 'keep-order'"],
    ['corrupt 1%', "write 'payload' behind it"],
    // 1 of 4 + 1 / 0.25 = 8 packets.
    ['delay 10ms reorder 25% gap 5 rate 10mbit', 'reorder sends 13% of the packets past the rate'],
    ['delay 10ms reorder 100% trace t', 'past the trace too'],
    ['delay 10ms reorder 100% rate 10mbit', 'before it: netem rate ... | netem delay ... reorder ...'],
    // 1000 x 1514 x 8 / 50 ms = 242 Mbit/s; 1 Gbit/s x 50 ms / (8 x 1514) = 4128.1.
    [
      'delay 50ms rate 1gbit limit 1000',
      'holds 1000 frames of 1514 bytes at 242mbit: limit 1000 drops what comes faster (1gbit needs 4129)',
    ],
    ['delay 50ms limit 1000 | tbf rate 1gbit burst 64kb latency 50ms', '(1gbit needs 4129)'],
    ['delay 50ms limit 1000', 'limit 1000 drops what comes faster; leave'],
    ['delay 100ms rate 10gbit', 'no direction holds more (10gbit needs 82563); choose a smaller rate or delay'],
    ['seed 4 loss 1%', 'seed 4 gives the same draws every time'],
    ['delay 500ms', 'at 794mbit, and no direction holds more; add a rate below that, or choose a smaller delay'],
    [
      'loss state 10% 90% 10%',
      'the sum of P31 90% and P32 10% goes beyond 32 bits and wraps around, as in the kernel, so that no packet goes from state 3 to 1',
    ],
    ['loss state 60% 100% 0% 100% 50%', 'the sum of P13 60% and P14 50%'],
    ['tbf rate 1mbit burst 1000b limit 64kb', 'larger than its buckets and its queue, 1000b'],
  ])('of %s: %s', (text, words) => {
    expect(warnings(text)).toHaveLength(1);
    expect(warnings(text)[0]).toContain(words);
  });

  it('says what means the same in both directions once', () => {
    expect(warnings('up: corrupt 1% seed 3 down: corrupt 1%')).toEqual([
      expect.stringMatching(/^corrupt inverts/),
      expect.stringMatching(/^up: seed 3/),
    ]);
    expect(warnings('netem corrupt 1% | netem corrupt 2%')).toHaveLength(1);
  });

  it('proposes bursts of the mean that was asked for', () => {
    for (const [p, correlation] of [
      [5, 25],
      [0.3, 10],
      [20, 50],
    ]) {
      const [warning] = warnings(`loss ${p}% ${correlation}%`);
      const words = /write '(.*)' for (.*)% in bursts of (.*) packets/.exec(warning) ?? [];
      const model = (parseProfile(words[1]).up.stages[0] as Netem).loss as LossModel;
      const figures = lossFigures(model);
      expect(figures?.ratio).toBeCloseTo(p / 100, 6);
      expect(figures?.meanRun).toBeCloseTo(Number(words[3]), 1);
      expect(words[2]).toBe(String(p));
      if (model.kind === 'gemodel') expect(1 - model.p - model.r).toBeCloseTo(correlation / 100, 5);
    }
  });
});
