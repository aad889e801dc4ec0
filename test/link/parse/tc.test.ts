import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProfileError, parseProfile } from '../../../src/link/parse.ts';
import { program } from '../../requirements.ts';

const tc = program('tc', 'iproute2');

/** tc reads its words before it looks for the device, which does not exist. */
function tcAccepts(words: readonly string[]): boolean {
  const { stderr } = spawnSync('tc', ['qdisc', 'add', 'dev', 'none0', 'root', ...words], { encoding: 'utf8' });
  return stderr.startsWith('Cannot find device');
}

function accepts(words: readonly string[]): boolean {
  try {
    parseProfile(words.join(' '));
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ProfileError);
    return false;
  }
}

type Words = fc.Arbitrary<string[]>;

/** One of some words. */
const any = (words: string): fc.Arbitrary<string> => fc.constantFrom(...words.split(' '));
const one = (words: string): Words => any(words).map((word) => [word]);
const sequence = (...parts: readonly Words[]): Words => fc.tuple(...parts).map((all) => all.flat());

/** Values one after the other, up to some number of them. */
const upTo = (...values: readonly fc.Arbitrary<string>[]): Words =>
  fc.tuple(fc.nat(values.length), fc.tuple(...values)).map(([count, all]) => all.slice(0, count));

/** An option by any of its names, shortened at most to the bar. */
function option(names: string, values: Words): Words {
  const spelling = fc.tuple(any(names), fc.nat(10)).map(([name, cut]) => {
    const [least, rest = ''] = name.split('|');
    return [least + rest.slice(0, Math.max(0, rest.length - cut))];
  });
  return sequence(spelling, values);
}

// Without what is known to differ: tc takes negative rates, and a negative delay of a slot's table.
const time = any('0ms 1ms 2ms 5us -1ms 1e-3s x');
const percent = any('0% 1 1% 25% 100% 101% -1% 1e-3% 1%%');
const integer = any('0 1 -5 0x10 010 1.5 1k');
const cell = any('0 48 0x30 1.5 -5');
const rate = any('1mbit 8000 1.5gbit 10kbps 20mb 1kibit');
const nothing = fc.constant<string[]>([]);

const budget = fc.oneof(
  nothing,
  sequence(one('packets'), one('5 x')),
  sequence(one('bytes'), one('64k x')),
  one('packets'),
);
const uniformSlot = sequence(upTo(time, time), budget);
const tableSlot = sequence(upTo(any('distribution dist'), fc.constant('normal'), any('0ms 5us'), time), budget);

const netemOptions = [
  option('l|imit', upTo(any('1 100 1k x'))),
  option('la|tency d|elay', upTo(time, time, percent)),
  option('lo|ss dr|op', sequence(fc.oneof(nothing, one('random state gemodel rand')), upTo(...Array(6).fill(percent)))),
  option('e|cn', nothing),
  option('r|eorder', upTo(percent, percent, percent)),
  option('c|orrupt', upTo(percent, percent)),
  option('g|ap', upTo(integer)),
  option('du|plicate', upTo(percent, percent)),
  option('di|stribution', upTo(any('normal pareto paretonormal experimental uniform nromal'))),
  option('ra|te', upTo(rate, integer, cell, integer)),
  option('sl|ot', fc.oneof(uniformSlot, tableSlot)),
];

/** None twice: repeating one is an error here only. */
const netem = fc.shuffledSubarray(netemOptions, { maxLength: 4 }).chain((some) => sequence(one('netem'), ...some));

const needed = [
  option('rate', one('1mbit 8000 20mb')),
  option('b|urst buffer maxburst', one('1 64k 8kbit 1x')),
  option('l|imit la|tency', one('5ms 1k')),
];
const further = [
  option('mpu', one('0 64 1kb x')),
  option('o|verhead', one('0 14 08 0x10 65536')),
  option('lin|klayer', one('ethernet')),
];
const tbf = fc
  .tuple(
    fc.oneof(fc.shuffledSubarray(needed), fc.shuffledSubarray(needed, { minLength: 3 })),
    fc.shuffledSubarray(further),
  )
  .chain(([some, more]) => sequence(one('tbf'), ...some, ...more));

describe('beside tc', () => {
  it.for<[string, Words]>([
    ['netem', netem],
    ['tbf', tbf],
  ])('accepts what tc accepts, and refuses the rest: %s', async ([, words], context) => {
    await tc(context);
    const verdicts = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(words, (text) => {
        const accepted = tcAccepts(text);
        verdicts[accepted ? 'accepted' : 'refused']++;
        expect({ text, accepted: accepts(text) }).toEqual({ text, accepted });
      }),
      // One sequence for ever: tc is another program, and differs from version to version.
      { numRuns: 150, seed: 7 },
    );
    expect(Math.min(verdicts.accepted, verdicts.refused)).toBeGreaterThan(10);
  });
});
