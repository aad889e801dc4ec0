import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProfile } from '../../src/link/format.ts';
import { ProfileError, parseProfile } from '../../src/link/profile.ts';
import { direction } from './arbitrary.ts';

const up = (text: string) => parseProfile(text).up;

describe('parseProfile', () => {
  it('reads every word', () => {
    expect(up('delay 20ms 5ms loss 1% rate 20mbit limit 1000 queue 50 packets')).toEqual({
      delayNs: 20e6,
      jitterNs: 5e6,
      loss: { kind: 'random', p: 0.01 },
      rateBps: 20e6,
      limit: 1000,
      queue: 50,
    });
  });

  it('applies to both directions unless they are named', () => {
    expect(parseProfile('delay 1ms').down).toEqual({ delayNs: 1e6, jitterNs: 0 });
    expect(parseProfile('up: delay 1ms down: loss 2%')).toEqual({
      up: { delayNs: 1e6, jitterNs: 0 },
      down: { delayNs: 0, jitterNs: 0, loss: { kind: 'random', p: 0.02 } },
    });
    expect(parseProfile('down:delay 1ms up:direct')).toEqual(parseProfile('down: delay 1ms'));
    expect(parseProfile('up: delay 1ms').down).toEqual({ delayNs: 0, jitterNs: 0 });
  });

  it('knows the preset that does nothing', () => {
    const nothing = { delayNs: 0, jitterNs: 0 };
    expect(parseProfile('direct')).toEqual({ up: nothing, down: nothing });
    expect(parseProfile(' delay 0ms \n loss 0% ')).toEqual({ up: nothing, down: nothing });
  });

  it.each([
    ['d 1ms', 'delay 1ms'],
    ['la 1ms', 'delay 1ms'],
    ['l 5', 'limit 5'],
    ['lo 1%', 'loss 1%'],
    ['dr 1%', 'loss 1%'],
    ['loss random 1%', 'loss 1%'],
    ['ra 1mbit', 'rate 1mbit'],
    ['limit 1k', 'limit 1024'],
    ['delay 10ms rate 10mbps', 'delay 10ms rate 80mbit'],
    ['rate 1mbit queue 1 packet', 'rate 1mbit queue 1 packets'],
    ['loss gemodel 1%', 'loss gemodel 1% 99%'],
    ['loss gemodel 7%', 'loss gemodel 7% 93%'],
    ['loss gemodel 1% 25%', 'loss gemodel 1% 25%'],
    ['loss gemodel 1 25 50', 'loss gemodel 1% 25% 50%'],
    ['loss gemodel 1% 25% 100% 0.1%', 'loss gemodel 1% 25% 100% 0.1%'],
    ['up: loss 1% down: loss 1%', 'loss 1%'],
    ['up: loss 1%', 'up: loss 1% down: direct'],
    ['delay 0ms', 'direct'],
  ])('reads %s as %s', (text, canonical) => {
    expect(formatProfile(parseProfile(text))).toBe(canonical);
  });

  it('fills in the defaults of gemodel as tc does', () => {
    expect(up('loss gemodel 1%').loss).toEqual({ kind: 'gemodel', p: 0.01, r: 0.99, h1: 1, k1: 0 });
  });

  it.each([
    ['r 1%', 'reorder'],
    ['s 1', 'seed'],
    ['sl 1ms', 'slot'],
    ['di normal', 'distribution'],
    ['du 1%', 'duplicate'],
    ['g 5', 'gap'],
    ['e', 'ecn'],
    ['corrupt 1%', 'corrupt'],
    ['delay 1ms 1ms 25%', 'correlation'],
    ['loss 1% 25%', 'correlation'],
    ['loss random 1% 25%', 'correlation'],
    ['loss state 1%', 'loss state'],
    ['rate 1mbit 4', 'overheads'],
  ])('says that %s is not supported yet', (text, word) => {
    expect(() => parseProfile(text)).toThrow(new RegExp(`^link profile: '${text}': .*${word}.*not supported yet`));
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['wobble', "unknown word 'wobble'; accepted are delay, loss"],
    ['10ms', "unknown word '10ms'"],
    ['constructor 1', "unknown word 'constructor'"],
    ['delay 5ms wobble', "'delay 5ms wobble': unknown word 'wobble'"],
    ['q 5 packets rate 1mbit', "unknown word 'q'"],
    ['delay', "'delay': needs a time"],
    ['delay 10 parsecs', "'delay 10 parsecs': '10' has no unit; write 10ms, 10us or 10s"],
    ['delay 5', '6.9'],
    ['delay -5ms', "'delay -5ms': '-5ms' is negative"],
    ['delay inf', "'inf' is not a time"],
    ['delay 3601s', '1 hour'],
    ['delay 0ms 3s', 'jitter'],
    ['delay 1ms .5ms', "'.5ms' is one number too many"],
    ['delay 1ms delay 2ms', "'delay' is given twice"],
    ['loss 1% drop 2%', "'loss' is given twice"],
    ['loss 101%', "'loss 101%': '101%' is not within"],
    ['loss -1%', "'loss -1%': '-1%' is not within"],
    ['loss gemodel', 'needs a percentage'],
    ['rate 0', '8bit'],
    ['rate 11tbit', '10tbit'],
    ['limit 0', 'at least 1 packet'],
    ['limit 32769', '32768'],
    ['queue 5', "write 'queue 5 packets'"],
    ['queue 0 packets', 'at least 1 packet'],
    ['queue 5 packets', 'nothing queues without a rate'],
    ['up:', "nothing behind 'up:'"],
    ['up: direct up: direct', "'up:' is given twice"],
    ['delay 1ms up: direct', "'delay 1ms' stands before 'up:'"],
    ['direct loss 1%', "unknown word 'direct'"],
  ])('refuses "%s" in one line', (text, problem) => {
    let error: unknown;
    try {
      parseProfile(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ProfileError);
    expect(String(error)).toMatch(/^ProfileError: link profile: [^\n]*$/);
    expect(String(error)).toContain(problem);
  });

  it('never fails in any other way', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'delay',
        'loss',
        'rate',
        'limit',
        'queue',
        'up:',
        'down:',
        'gemodel',
        'packets',
        '1ms',
        '1%',
        '5',
        'd',
      ),
      fc.string({ maxLength: 6 }),
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        try {
          const canonical = formatProfile(parseProfile(words.join(' ')));
          expect(formatProfile(parseProfile(canonical))).toBe(canonical);
        } catch (error) {
          refused++;
          expect(error).toBeInstanceOf(ProfileError);
        }
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(0);
  });
});

describe('formatProfile', () => {
  it('is read back as the same profile', () => {
    fc.assert(
      fc.property(direction(3600e9, 32_768), direction(3600e9, 32_768), (a, b) => {
        const profile = { up: a, down: b };
        expect(parseProfile(formatProfile(profile))).toEqual(profile);
      }),
      { numRuns: 1000 },
    );
  });
});
