import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { analyse } from '../../../src/report/analyse.ts';
import { repeatCommand } from '../../../src/report/content.ts';
import { featuresCsv } from '../../../src/report/features/csv.ts';
import { CLAIMS, casesOf } from '../../../src/report/features/index.ts';
import { featuresMarkdown } from '../../../src/report/features/markdown.ts';
import { LONG } from '../../../src/report/features/paths.ts';
import { type FeatureTable, featureTable } from '../../../src/report/features/table.ts';
import { featureText } from '../../../src/report/features/terminal.ts';
import { html } from '../../../src/report/html/page.ts';
import { duel } from '../fixtures.ts';
import { cellsOf, featuresRun, type Measured } from './records.ts';

const opened = (transport: string, ms: number): Measured => ({
  ...{ transport, scenario: 'opening', link: LONG },
  trials: [{ opening_setup_ms: ms, link_rtt_ms: 40, link_up_packets: 2, link_down_packets: 1 }],
});
const without = (transport: string, state: 'failed' | 'unsupported', reason: string): Measured => ({
  ...{ transport, scenario: 'opening', link: LONG },
  trials: [{ state, reason }],
});

const run = featuresRun([
  opened('tcp', 41),
  opened('udp', 39),
  opened('rudp mode=<b>', 41),
  without('unix', 'unsupported', 'unix knows no network: both of its ends share one host'),
  without('quic', 'failed', 'it broke'),
]);
const table = featureTable(run) as FeatureTable;

test('a run of another command has no such table', () => {
  expect(featureTable(duel(1))).toBeUndefined();
  expect(html(analyse(duel(1)), [])).not.toContain('claims, measured');
});

test('the claims are about tcp and udp; of others it says whose side they take', () => {
  expect(cellsOf(run, 'connection set-up').map(({ verdict }) => verdict)).toEqual([
    'holds',
    'does not hold',
    'like TCP',
    'n/a',
    'not measured',
  ]);
});

test('what there is nothing of has its reason: unsupported, failed, or no such scenario', () => {
  const [, , , unix, quic] = cellsOf(run, 'connection set-up');
  expect(unix).toEqual({ verdict: 'n/a', figures: [], why: 'unix knows no network' });
  expect(quic).toMatchObject({ verdict: 'not measured', why: 'it broke' });
  const [tcp] = cellsOf(run, 'suitable applications');
  expect(tcp?.verdict).toBe('not measured');
  expect(tcp?.why).toMatch(/not part of this netduel/);
});

test('a run that was interrupted says so of what it did not come to', () => {
  const cut = featuresRun([{ ...opened('tcp', 41), trials: [] }]);
  expect(cellsOf(cut, 'connection set-up')).toEqual([
    { verdict: 'not measured', figures: [], why: 'the run ended before' },
  ]);
});

test('every claim has cases, names of its own, and words for both', () => {
  expect(new Set(CLAIMS.map(({ name }) => name)).size).toBe(9);
  for (const extent of ['quick', 'usual', 'full'] as const) {
    for (const claim of CLAIMS) expect(claim.cases(extent).length).toBeGreaterThan(0);
    const keys = casesOf(extent).map(({ scenario, link }) => `${scenario} over ${link}`);
    expect(new Set(keys).size).toBe(keys.length);
  }
});

test.each([60, 80, 100, 120, 200])('the terminal shows all transports within %d columns', (width) => {
  const text = featureText(table, { color: false, width });
  expect(text).not.toContain('\u001b');
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  for (const label of ['tcp', 'udp', 'rudp mode=<b>', 'unix', 'quic']) expect(text).toContain(`| ${label} `);
  expect(text).toContain('does not hold');
});

test('colour only where it is asked for', () => {
  expect(featureText(table, { color: true, width: 100 })).toContain('\u001b[32mholds');
});

test('features.csv: a row per claim and transport', () => {
  const rows: Record<string, string>[] = parse(featuresCsv('r1', table), { columns: true });
  expect(rows).toHaveLength(9 * 5);
  expect(rows[1]).toMatchObject({
    run_id: 'r1',
    claim: 'connection set-up',
    transport: 'udp',
    verdict: 'does not hold',
    measured: 'ready to send after 39 ms, 0.97 round trips; 2 + 1 packets (up + down) before the first payload',
  });
});

test('features.md: verdicts at a glance, figures of each claim, and nothing of a label becomes markup', () => {
  const text = featuresMarkdown(run, table);
  expect(text).toContain('| claim | tcp | udp | rudp mode=&lt;b&gt; | unix | quic |');
  expect(text).toContain('| connection set-up | holds | does not hold | like TCP | n/a | not measured |');
  expect(text.match(/^## /gm)).toHaveLength(9 + 1);
  const columns = (line: string): number => line.replace(/\\./g, '').split('|').length;
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  expect(new Set(lines.map(columns))).toEqual(new Set([8, 6]));
});

test('report.html begins with it', () => {
  const page = html(analyse(run), []);
  expect(page.indexOf('claims, measured')).toBeLessThan(page.indexOf('<h2>Verdict</h2>'));
  expect(page).toContain('<strong class="holds">holds</strong>');
  expect(page).not.toContain('mode=<b>');
});

test('the command that asks for it again is the one that made it', () => {
  expect(repeatCommand(run)).toBe(
    "netduel features --transport 'tcp,udp,rudp mode=<b>,unix,quic' --trials 3 --seed 42",
  );
  expect(repeatCommand(featuresRun([opened('tcp', 41)], 'quick'))).toMatch(
    /^netduel features --quick --transport tcp /,
  );
});
