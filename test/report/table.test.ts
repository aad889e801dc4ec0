import { expect, test } from 'vitest';
import { type Analysis, analyse } from '../../src/report/analyse.ts';
import { table } from '../../src/report/table.ts';
import { duel, FIXTURES, odd, troubled } from './fixtures.ts';

const ESCAPE = '\u001b';

const RUNS = ['duel', 'troubled', 'oneCase', 'allFailed', 'many', 'grid', 'odd', 'shimmed'] as const;

const analyses = new Map<string, Analysis>();

/** The statistics of a fixture take longer than what is tested here: once is enough. */
function analysisOf(run: (typeof RUNS)[number]): Analysis {
  const analysis = analyses.get(run) ?? analyse(FIXTURES[run]());
  analyses.set(run, analysis);
  return analysis;
}

test.each(RUNS.flatMap((run) => [80, 100, 120].map((width) => [run, width] as const)))(
  '%s fits into %d columns, without colour',
  (run, width) => {
    const text = table(analysisOf(run), { color: false, width });
    expect(text).not.toContain(ESCAPE);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(width);
  },
);

test('every case has its line, with medians and the count of trials', () => {
  const text = table(analyse(troubled()), { color: false, width: 120 });
  expect(text).toMatch(/^tcp +2\/4 +5\.\d+ Mbit\/s \[.*31\.\d ms.* 1 failed, 1 aborted$/m);
  expect(text).toMatch(/^quic +0\/3 +–.*unsupported$/m);
  expect(text).toMatch(/^udp +3\/3 .*socket-drops 3\/3$/m);
});

test('the narrow table keeps transport, trials, goodput and delay', () => {
  const head = table(analyse(duel()), { color: false, width: 80 }).split('\n')[1];
  expect(head.split(/ {2,}/)).toEqual(['transport', 'trials', 'goodput', 'delay p50', 'delay p99', 'loss']);
});

test('colour marks the winner in goodput and nobody else', () => {
  const text = table(analyse(duel(5)), { color: true, width: 100 });
  const green = text
    .split(`${ESCAPE}[32m`)
    .slice(1)
    .map((rest) => rest.split(ESCAPE)[0]);
  expect(green).toHaveLength(2);
  expect(green[0]).toMatch(/^4.*Mbit\/s/);
  expect(green[1]).toMatch(/^3.*Gbit\/s/);
});

test('control characters of a label do not reach the terminal', () => {
  expect(table(analyse(odd(`${ESCAPE}[2J\u0007`)), { color: false, width: 100 })).not.toMatch(/(?!\n)\p{Cc}/u);
});
