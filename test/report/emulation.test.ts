import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { analyse } from '../../src/report/analyse.ts';
import { CHARTS } from '../../src/report/charts/index.ts';
import { repeatCommand } from '../../src/report/content.ts';
import { trialsCsv } from '../../src/report/csv/trials.ts';
import { html } from '../../src/report/html/page.ts';
import { markdown } from '../../src/report/markdown.ts';
import { renderSvg } from '../../src/report/render.ts';
import { table } from '../../src/report/table.ts';
import { duel, lossy, shimmed, told } from './fixtures.ts';

const NOTE = 'emulated in process (shim), not by a lab';
const mentions = (text: string): number => text.split(NOTE).length - 1;

test('everything that shows figures of the shim says so, and only beside those', async () => {
  const analysis = analyse(shimmed());
  expect(analysis.groups.map(({ note }) => note)).toEqual([NOTE, undefined]);
  expect(mentions(table(analysis, { color: false, width: 100 }))).toBe(1);
  expect(mentions(markdown(analysis, []))).toBe(1);
  // With the verdict and with the table.
  expect(mentions(html(analysis, []))).toBe(2);
  const series = [
    ...['congestion_window_bytes', 'bytes_in_flight', 'pacing_bps', 'srtt_ms', 'packets_declared_lost'],
    ...['ping_rtt_ms', 'playout_lateness_ms'],
  ];
  const talkative = analyse(series.reduce((run, metric) => told(run, metric, 1e3, () => true), shimmed()));
  for (const chart of CHARTS) {
    const spec = chart.spec(talkative);
    if (!spec) throw new Error('there is something to show');
    const { svg } = await renderSvg(spec);
    // Once for the eye, once for readers of the screen.
    expect(svg.split(`>${NOTE}<`), chart.name).toHaveLength(2);
  }
});

test('figures of a lab say nothing of the kind', () => {
  const analysis = analyse(duel());
  const pages = [table(analysis, { color: false, width: 100 }), markdown(analysis, []), html(analysis, [])];
  for (const page of pages) expect(page).not.toContain('shim');
});

test('CSV names the emulator of every row, and loopback has none', () => {
  const emulators = (run: ReturnType<typeof duel>): unknown =>
    Object.fromEntries(
      (parse(trialsCsv(run), { columns: true }) as Record<string, string>[]).map((row) => [
        row['link'],
        row['emulator'],
      ]),
    );
  const [lossy, loopback] = shimmed().cases.map(({ link }) => link.label);
  expect(emulators(shimmed())).toEqual({ [lossy]: 'shim', [loopback]: 'none' });
  expect(emulators(duel())).toEqual({ [lossy]: 'user', [loopback]: 'none' });
});

test('the command that repeats a run names an emulator that is not the usual one', () => {
  expect(repeatCommand(shimmed())).toContain(' --emulator shim ');
  expect(repeatCommand(duel())).not.toContain('--emulator');
});

test('the command that repeats a run has the profile of a link that the configuration names', () => {
  const profile = 'delay 3ms rate 5mbit';
  const named = (label: string, links: unknown): string =>
    repeatCommand({ ...duel(), cases: [{ ...duel().cases[0], link: { ...lossy, label } }], requested: { links } });
  expect(named('lte', [{ name: 'lte', profile }])).toContain(` --link '${profile}' `);
  expect(named('lte', [{ name: 'home', profile }, 'lte'])).toContain(' --link lte ');
  expect(named('lte', undefined)).toContain(' --link lte ');
});
