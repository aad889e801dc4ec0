import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shippedFiles } from '../../src/config/link-files.ts';
import { effectiveProfile } from '../../src/link/effective.ts';
import { figuresOf, roundTripNs } from '../../src/link/figures.ts';
import { formatProfile } from '../../src/link/format.ts';
import { parseProfile } from '../../src/link/parse.ts';
import { PRESETS, type Preset, presetNamed } from '../../src/link/presets.ts';
import { warningsOf } from '../../src/link/warnings.ts';

const parse = ({ profile }: Preset) => parseProfile(profile, shippedFiles);
const cases = PRESETS.map((preset) => [preset.name, preset] as const);

test('the names are distinct, and none of them has another meaning', () => {
  const names = PRESETS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).not.toContain('direct');
  expect(names).not.toContain('loopback');
  for (const name of names) expect(name).toMatch(/^[a-z0-9-]+$/);
});

test.each(cases)('%s is a profile, and its text survives being printed', (_, preset) => {
  const profile = parse(preset);
  expect(parseProfile(formatProfile(profile), shippedFiles)).toEqual(profile);
  expect(parseProfile(formatProfile(effectiveProfile(profile)), shippedFiles)).toEqual(effectiveProfile(profile));
});

test.each(cases)('%s limits the rate in both directions, and loses less than a tenth', (_, preset) => {
  const { up, down } = effectiveProfile(parse(preset));
  for (const figures of [figuresOf(up), figuresOf(down)]) {
    expect(figures.capacityBps).toBeGreaterThan(1e5);
    expect(figures.lossRatio).toBeLessThan(0.1);
    expect(figures.queue?.packets).toBeGreaterThanOrEqual(25);
  }
});

test.each(cases)('%s holds no surprise that netduel warns of', (_, preset) => {
  expect(warningsOf(parse(preset))).toEqual([]);
});

// F of WebPageTest's connectivity.ini.sample: down and up in kbit/s, round trip in ms.
test.each([
  ['cable', 5000, 1000, 28],
  ['dsl', 1500, 384, 50],
  ['fiber', 20_000, 5000, 4],
  ['4g', 9000, 9000, 170],
  ['lte', 12_000, 12_000, 70],
  ['3g', 1600, 768, 300],
  ['edge', 240, 200, 840],
])('%s has the published figures', (name, down, up, roundTrip) => {
  const preset = presetNamed(name);
  if (!preset) throw new Error(`no preset ${name}`);
  const profile = effectiveProfile(parse(preset));
  expect(figuresOf(profile.down).capacityBps).toBe(down * 1e3);
  expect(figuresOf(profile.up).capacityBps).toBe(up * 1e3);
  expect(roundTripNs(profile)).toBe(roundTrip * 1e6);
});

test('bursty loses as much as lossy-1', () => {
  const [bursty, lossy] = ['bursty', 'lossy-1'].map((name) => {
    const preset = presetNamed(name);
    return preset && figuresOf(effectiveProfile(parse(preset)).up).lossRatio;
  });
  expect(lossy).toBe(0.01);
  expect(bursty).toBeCloseTo(0.01, 5);
});

test('docs/presets.md shows every preset with the profile that it stands for', () => {
  const page = readFileSync(new URL('../../docs/presets.md', import.meta.url), 'utf8');
  const missing = PRESETS.filter(
    ({ name, profile }) => !page.includes(`| \`${name}\` | \`${profile.replaceAll('|', '\\|')}\` |`),
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});
