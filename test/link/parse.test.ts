import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProfileFiles } from '../../src/link/files.ts';
import { formatProfile } from '../../src/link/format.ts';
import { ProfileError, parseProfile } from '../../src/link/parse.ts';
import { direction, filesOf } from './arbitrary.ts';
import { pointedAt, refusal } from './parse/refusal.ts';

const DELAY = { kind: 'netem', delay: { ns: 1e6, jitterNs: 0, correlation: 0 } };
const LOSS = { kind: 'netem', loss: { kind: 'random', p: 0.02, correlation: 0 } };

describe('parseProfile', () => {
  it('applies to both directions unless they are named', () => {
    expect(parseProfile('delay 1ms')).toEqual({ up: { stages: [DELAY] }, down: { stages: [DELAY] } });
    expect(parseProfile('up: delay 1ms down: loss 2%')).toEqual({ up: { stages: [DELAY] }, down: { stages: [LOSS] } });
    expect(parseProfile('down:delay 1ms up:direct')).toEqual({ up: { stages: [] }, down: { stages: [DELAY] } });
    expect(parseProfile('up: delay 1ms').down).toEqual({ stages: [] });
  });

  it('knows the profile that does nothing', () => {
    expect(parseProfile('direct')).toEqual({ up: { stages: [] }, down: { stages: [] } });
    expect(parseProfile(' delay 0ms \n loss 0% ').up).toEqual({ stages: [{ kind: 'netem' }] });
  });

  it('chains stages', () => {
    expect(parseProfile('netem delay 1ms | loss 2%|netem').up).toEqual({ stages: [DELAY, LOSS, { kind: 'netem' }] });
  });

  it('passes over comments and the ends of continued lines', () => {
    const text = '# up: the uplink\nup: # as measured\n  delay \\\n  1ms # one way\n#down: nothing\n  down: loss 2%';
    expect(parseProfile(text)).toEqual({ up: { stages: [DELAY] }, down: { stages: [LOSS] } });
  });

  it('takes each direction in a form of its own', () => {
    const json = '[{"kind":"netem","handle":"1:","root":true,"options":{"loss-random":{"loss":0.02,"correlation":0}}}]';
    const text = `up: tc qdisc add dev eth0 root netem delay 1ms\ndown: ${json}`;
    expect(parseProfile(text)).toEqual({ up: { stages: [DELAY] }, down: { stages: [LOSS] } });
  });

  it.each([
    ['', 'empty', ''],
    ['   ', 'empty', ''],
    ['# nothing', 'empty', ''],
    ['up:', "nothing behind 'up:'", 'up:'],
    ['down: delay 1ms up:', "write 'up: direct'", 'up:'],
    ['up: direct up: direct', "'up:' is given twice", 'up:'],
    ['delay 1ms up: direct', "'delay 1ms' stands before 'up:'", 'delay 1ms'],
    ['delay\n1ms up: direct', "'delay 1ms' stands before 'up:'", 'delay'],
    ['direct loss 1%', "'direct' means no impairment", 'direct'],
    ['delay 1ms direct', "unknown word 'direct'", 'direct'],
    ['delay 1ms |', "one side of '|'", '|'],
    ['| delay 1ms', "one side of '|'", '|'],
    ['delay 1ms || loss 1%', "one side of '|'", '|'],
  ])('refuses "%s"', (text, problem, word) => {
    expect(refusal(text)).toContain(problem);
    expect(pointedAt(refusal(text))).toBe(word);
  });

  it('points at the word among many', () => {
    expect(refusal('up: delay 20ms\ndown: delay 20 loss 1%\n# end')).toBe(
      "'delay 20': '20' has no unit; write 20ms, 20us or 20s (a bare number means microseconds to tc before 6.9 and " +
        'nanoseconds since)\n  down: delay 20 loss 1%\n              ^^',
    );
  });

  it('never fails in any other way', () => {
    const words = [
      ...'delay latency loss drop rate limit queue gap ecn seed reorder duplicate corrupt distribution slot'.split(' '),
      ...'queue keep-order outage trace netem tbf direct | up: down: state gemodel random payload normal ./t'.split(
        ' ',
      ),
      ...'packets bytes ms codel fq_codel pie drophead target interval update flows quantum noecn every for'.split(' '),
      ...'after burst latency peakrate mtu tc qdisc add dev eth0 root parent handle 1: 2: ; && # \\ \n [ ] {'.split(
        ' ',
      ),
      ...'[] {} 0 1 5 1ms 10ms 2s 1% 25% 1mbit 64kb 1514 -1 .5 1e9 "kind" : "netem" sudo'.split(' '),
    ];
    const word = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: fc.string() });
    let accepted = 0;
    const check = (text: string, files: ProfileFiles) => {
      try {
        const canonical = formatProfile(parseProfile(text, files));
        accepted++;
        expect(formatProfile(parseProfile(canonical, files))).toBe(canonical);
      } catch (error) {
        expect(error).toBeInstanceOf(ProfileError);
        expect((error as Error).message).toMatch(/^link profile: [^\n]*(\n {2}[^\n]*\n {2} *\^+)?$/);
      }
    };
    const files = { read: (path: string) => (path === './t' ? '1\n2\n' : path) };
    const anyText = fc.oneof(
      fc.array(word, { maxLength: 8 }).map((parts) => parts.join(' ')),
      fc.string({ unit: 'binary' }),
      fc.json(),
    );
    fc.assert(
      fc.property(anyText, (text) => check(text, files)),
      { numRuns: 2000 },
    );
    // A profile with one word too many, too few or in place of another.
    const slip = fc.record({ at: fc.nat(30), remove: fc.nat(1), insert: fc.array(word, { maxLength: 1 }) });
    fc.assert(
      fc.property(direction({ maxStages: 1 }), slip, (up, { at, remove, insert }) => {
        const text = formatProfile({ up, down: up })
          .split(' ')
          .toSpliced(at, remove, ...insert)
          .join(' ');
        check(text, filesOf(up));
      }),
      { numRuns: 700 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
