import { expect, test } from 'vitest';
import { analyse } from '../../src/report/analyse.ts';
import { table } from '../../src/report/table.ts';
import * as fixtures from './fixtures.ts';

const RUNS = ['duel', 'troubled', 'oneCase', 'allFailed', 'many', 'grid', 'odd'] as const;

test.each(RUNS.flatMap((run) => [80, 100, 120].map((width) => [run, width] as const)))(
  '%s fits into %d columns, without colour',
  (run, width) => {
    const text = table(analyse(fixtures[run]()), { color: false, width });
    expect(text).not.toContain('\u001b');
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(width);
  },
);

test('every case has its line, with medians and the count of trials', () => {
  const text = table(analyse(fixtures.troubled()), { color: false, width: 120 });
  expect(text).toMatch(/^tcp +2\/4 +5\.\d+ Mbit\/s \[.*31\.\d ms.* 1 failed, 1 aborted$/m);
  expect(text).toMatch(/^quic +0\/3 +–.*unsupported$/m);
  expect(text).toMatch(/^udp +3\/3 .*socket-drops 3\/3$/m);
});

test('the narrow table keeps transport, trials, goodput and delay', () => {
  const head = table(analyse(fixtures.duel()), { color: false, width: 80 }).split('\n')[1];
  expect(head.split(/ {2,}/)).toEqual(['transport', 'trials', 'goodput', 'delay p50', 'delay p99', 'loss']);
});

test('colour marks the winner in goodput and nobody else', () => {
  const text = table(analyse(fixtures.duel(5)), { color: true, width: 100 });
  const green = [...text.matchAll(/\u001b\[32m(.*?)\u001b\[39m/g)].map((match) => match[1]);
  expect(green).toHaveLength(2);
  expect(green[0]).toMatch(/^4.*Mbit\/s/);
  expect(green[1]).toMatch(/^3.*Gbit\/s/);
});

test('control characters of a label do not reach the terminal', () => {
  expect(table(analyse(fixtures.odd('\u001b[2J\u0007')), { color: false, width: 100 })).not.toMatch(/[\u001b\u0007]/);
});
