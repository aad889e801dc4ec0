import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { resolveLink, resolveLinks } from '../../src/config/links.ts';
import { formatProfile } from '../../src/link/format.ts';
import { UserError } from '../../src/record/errors.ts';

let folder: string;
const home = process.cwd();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netduel-links-'));
  const put = (path: string, text: string) => writeFileSync(join(folder, path), text);
  mkdirSync(join(folder, 'links'));
  put('here.trace', '10\n20\n');
  put('links/there.trace', '5\n50\n');
  put('links/words', '# at home\nup: delay 1ms\ndown: delay 2ms rate 5mbit # the provider says 6\n');
  put('links/script', 'sudo tc qdisc add dev eth0 root netem delay 3ms\n');
  put('links/qdiscs.json', '[{"kind":"netem","handle":"1:","root":true,"options":{"delay":{"delay":0.004}}}]');
  put('links/traced', 'delay 1ms trace there.trace');
  put('links/lost', 'delay 1ms trace nowhere.trace');
  put('links/wrong', 'delay 20');
  put('lte', 'delay 99ms');
});
afterEach(() => process.chdir(home));
afterAll(() => rmSync(folder, { recursive: true }));

const text = (link: string): string => {
  const { profile } = resolveLink(link);
  return profile ? formatProfile(profile) : 'none';
};

function refusal(link: unknown): string {
  try {
    resolveLinks([link]);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }
  throw new Error('it was accepted');
}

test('loopback is no profile, direct is an empty one, text with a space is one', () => {
  expect(resolveLink('loopback')).toEqual({ label: 'loopback', warnings: [] });
  expect(resolveLink('direct').profile).toEqual({ up: { stages: [] }, down: { stages: [] } });
  expect(resolveLink(' delay 20ms ')).toMatchObject({ label: 'delay 20ms' });
  expect(text('delay 20ms')).toBe('delay 20ms');
});

test('a preset by name, from anywhere', () => {
  process.chdir(tmpdir());
  expect(resolveLink('lossy-1').label).toBe('lossy-1');
  expect(text('lossy-1')).toBe('delay 20ms loss 1% rate 20mbit');
  expect(text('lte-trace')).toContain('trace lte-down.trace');
});

test('a preset goes before a file of its name', () => {
  process.chdir(folder);
  expect(text('lte')).toContain('delay 35ms');
  expect(text('./lte')).toBe('delay 99ms');
});

test('files: words with comments, lines of tc, and what tc printed', () => {
  process.chdir(folder);
  expect(resolveLink('links/words').label).toBe('links/words');
  expect(text('links/words')).toBe('up: delay 1ms down: delay 2ms rate 5mbit');
  expect(text('links/script')).toBe('delay 3ms');
  expect(text(join(folder, 'links/qdiscs.json'))).toBe('delay 4ms');
});

test('JSON without a space is no name', () => {
  expect(text('[{"kind":"netem","root":true,"options":{"delay":{"delay":0.004}}}]')).toBe('delay 4ms');
});

test('a trace is looked for beside the link file, or in the working directory, or among those shipped', () => {
  process.chdir(folder);
  const traced = (link: string) => resolveLink(link).profile?.up.stages[0];
  expect(traced('links/traced')).toMatchObject({ trace: { ms: Uint32Array.of(5, 50) } });
  expect(traced('delay 1ms trace here.trace')).toMatchObject({ trace: { ms: Uint32Array.of(10, 20) } });
  expect(traced('delay 1ms trace lte-up.trace')).toMatchObject({ trace: { name: 'lte-up.trace' } });
  writeFileSync(join(folder, 'lte-up.trace'), '7\n');
  expect(traced('delay 1ms trace lte-up.trace')).toMatchObject({ trace: { ms: Uint32Array.of(7) } });
  // The preset means its own.
  expect(traced('lte-trace')).not.toMatchObject({ trace: { ms: Uint32Array.of(7) } });
});

test('an object names a link; its profile may be all that --link may be', () => {
  process.chdir(folder);
  const links = resolveLinks([
    { name: 'a', profile: 'delay 1ms' },
    { name: 'b', profile: 'lossy-1' },
    { name: 'c', profile: 'links/script' },
    { name: 'd', profile: 'loopback' },
  ]);
  expect(links.map(({ label, profile }) => [label, profile && formatProfile(profile)])).toEqual([
    ['a', 'delay 1ms'],
    ['b', 'delay 20ms loss 1% rate 20mbit'],
    ['c', 'delay 3ms'],
    ['d', undefined],
  ]);
});

test('warnings come with the link', () => {
  expect(resolveLink('delay 20ms rate 20mbit').warnings).toEqual([]);
  expect(resolveLink('loss 1% 25%').warnings).not.toEqual([]);
});

test.each<[unknown, RegExp]>([
  ['lopback', /^there is no link 'lopback'; did you mean 'loopback'\? known are loopback, direct, presets/],
  ['starlnk', /did you mean 'starlink'\?/],
  ['zzzzzz', /^there is no link 'zzzzzz'; known are .*netduel list --links/],
  ['delay 20', /^link 'delay 20': 'delay 20': .*no unit/],
  ['links', /^link file links cannot be read: it is a folder/],
  ['links/wrong', /^link 'links\/wrong': 'delay 20': .*no unit/],
  ['links/lost', /^link 'links\/lost': .*nowhere\.trace.* cannot be read/],
  ['delay 1ms trace links', /'links' cannot be read: it is a folder/],
  [{ name: 'dsl' }, /^link \{"name":"dsl"\} is not understood/],
  [{ name: 'mine', profile: 'delay 20' }, /^link 'mine': 'delay 20'/],
])('refuses %j', (link, message) => {
  process.chdir(folder);
  expect(refusal(link)).toMatch(message);
});

test('a long profile does not drown the message', () => {
  const [line] = refusal(`delay 20ms loss 1% rate 20mbit queue 100 packets ${'limit 10 '.repeat(40)}`).split('\n');
  expect(line.length).toBeLessThan(300);
});

test('two links of one label', () => {
  expect(() => resolveLinks(['direct', ' direct '])).toThrow(/^link 'direct' is given twice/);
});
