import { expect, test } from 'vitest';
import { catalogue, describeCatalogue } from '../../src/commands/catalogue.ts';
import { chartFile } from '../../src/commands/link-chart.ts';
import { linkJson } from '../../src/commands/link-json.ts';
import { describePresets, presetsJson } from '../../src/commands/link-list.ts';
import { type LinkReport, reportLink } from '../../src/commands/link-report.ts';
import { linkText } from '../../src/commands/link-text.ts';
import { resolveLink } from '../../src/config/links.ts';
import { parseProfile } from '../../src/link/parse.ts';
import { PRESETS } from '../../src/link/presets.ts';
import { UserError } from '../../src/record/errors.ts';

const plain = { color: false };

function report(text: string, onStep = () => {}): LinkReport {
  const link = resolveLink(text);
  if (!link.profile) throw new Error('no profile');
  return reportLink(link, link.profile, 7, onStep);
}

test('every preset has one line, with its numbers', () => {
  const lines = describePresets(plain).split('\n');
  for (const { name, summary } of PRESETS) {
    const own = lines.filter((line) => line.startsWith(`${name} `));
    expect(own).toHaveLength(1);
    expect(own[0]).toContain(summary);
  }
  const edge = lines.find((line) => line.startsWith('edge '))?.replace(/\s+/g, ' ');
  expect(edge).toContain('240 kbit/s / 200 kbit/s 840 ms 0 % 64, 3.23 s / 64, 3.88 s');
  expect(lines.find((line) => line.startsWith('lossy-5 '))?.replace(/\s+/g, ' ')).toContain(
    '20 Mbit/s 40 ms 5 % 67, 40.6 ms',
  );
});

test('the presets for machines', () => {
  const presets = presetsJson() as Record<string, unknown>[];
  expect(presets.map(({ name }) => name)).toEqual(PRESETS.map(({ name }) => name));
  expect(presets.find(({ name }) => name === 'cable')).toMatchObject({
    summary: 'cable modem',
    source: expect.stringContaining('WebPageTest'),
    profile: 'up: delay 14ms rate 1mbit down: delay 14ms rate 5mbit',
    roundTripSeconds: 0.028,
    up: { capacityBps: 1e6, delaySeconds: 0.014, lossRatio: 0, queue: { packets: 64 } },
    down: { capacityBps: 5e6 },
  });
});

test('the catalogue has the presets and the words of the grammar', () => {
  expect(catalogue().presets.map(({ name }) => name)).toEqual(PRESETS.map(({ name }) => name));
  const text = describeCatalogue(plain);
  const words =
    'delay loss rate queue limit slot reorder duplicate corrupt outage trace codel fq_codel pie drophead tbf';
  for (const word of [...words.split(' '), 'keep-order', 'distribution', 'ecn', 'seed', 'gemodel', 'state']) {
    expect(text).toMatch(new RegExp(`^  .*\\b${word}\\b`, 'm'));
  }
});

test('directions that do the same are told once', () => {
  const { directions } = report('delay 20ms');
  expect(directions.map(({ name }) => name)).toEqual(['both directions']);
});

test('directions that differ have a section each, and seeds as in the lab', () => {
  let steps = 0;
  const { directions } = report('up: delay 20ms down: delay 10ms', () => steps++);
  expect(directions.map(({ name, light }) => [name, light.seed])).toEqual([
    ['up: client to server', 7],
    ['down: server to client', 8],
  ]);
  expect(steps).toBe(2);
});

test('the text has what it does, the warnings, and both spellings of the profile', () => {
  const text = linkText(report('latency 20ms loss 10% 25% rate 20mbit'), plain);
  for (const part of [
    'both directions\n  ',
    'Every packet takes 20 ms.',
    'Bandwidth-delay product',
    'Of 200,000 simulated frames',
    'warnings\n  ',
    'profile\n  delay 20ms loss 10% 25% rate 20mbit',
    'in effect\n  delay 20ms loss 10% 25% rate 20mbit limit',
  ]) {
    expect(text).toContain(part);
  }
  expect(linkText(report('delay 20ms limit 100'), plain)).not.toContain('in effect');
  expect(linkText(report('lossy-1'), plain)).toMatch(/^lossy-1: 1 % independent loss.*\n.*Figures: ours\.$/m);
});

test('the JSON has numbers for both directions', () => {
  const json = JSON.parse(JSON.stringify(linkJson(report('delay 20ms loss 1% rate 20mbit'))));
  expect(json).toMatchObject({
    link: 'delay 20ms loss 1% rate 20mbit',
    profile: 'delay 20ms loss 1% rate 20mbit',
    roundTripSeconds: 0.04,
    warnings: [],
    up: { capacityBps: 20e6, lossRatio: 0.01, queue: { packets: 67 }, simulated: { frames: 200_000, seed: 7 } },
  });
  expect(json.down).toEqual(json.up);
  expect(parseProfile(json.effective).up.stages[0]).toMatchObject({ queue: { packets: 67 } });
  // 4.9 x sqrt(0.01 x 0.99 / 200,000) = 0.00109 is missed once in 10^6.
  expect(Math.abs(json.up.simulated.lossRatio - 0.01)).toBeLessThan(0.00109);
  expect(json.up.simulated.delaySeconds.p50).toBeCloseTo(0.02 + (98 * 8) / 20e6, 9);
});

test.each([
  ['', 'lte', 'link-lte.svg', 'svg'],
  ['', 'links/home.txt', 'link-home.txt.svg', 'svg'],
  ['', 'delay 20ms loss 1%', 'link-delay-20ms-loss-1-.svg', 'svg'],
  ['', `delay 1ms ${'x'.repeat(300)}`, `link-delay-1ms-${'x'.repeat(50)}.svg`, 'svg'],
  ['my.html', 'lte', 'my.html', 'html'],
  ['a.vl.json', 'lte', 'a.vl.json', 'vl.json'],
])('--chart %j of %s goes to %s', (given, label, path, format) => {
  expect(chartFile(given, label)).toEqual({ path, format });
});

test.each(['a.png', 'json', 'a.json'])('--chart %s is refused', (given) => {
  expect(() => chartFile(given, 'lte')).toThrow(UserError);
  expect(() => chartFile(given, 'lte')).toThrow(
    `--chart: '${given}' is not accepted; expected a name that ends in .svg`,
  );
});
