import { expect, test } from 'vitest';
import type { RunRecord } from '../../src/record/schema.ts';
import { analyse } from '../../src/report/analyse.ts';
import { type GroupVerdict, verdicts } from '../../src/report/verdict.ts';
import { allFailed, duel, many, oneCase, troubled } from './fixtures.ts';

const of = (run: RunRecord): GroupVerdict[] => verdicts(analyse(run));

/** Sets a metric of all trials of a case, in order. */
function withValues(run: RunRecord, index: number, metric: string, values: readonly number[]): RunRecord {
  let next = 0;
  for (const trial of run.trials) {
    if (trial.case === index && trial.state === 'completed') trial.metrics[metric] = values[next++ % values.length];
  }
  return run;
}

test('a clear difference: ratio, interval and both medians; the winner is named', () => {
  const [lossy, loopback] = of(duel(5));
  expect(lossy.findings[0]).toMatch(
    /^udp delivers 9\.\d+x the goodput of tcp \[[89][\d.]*, 9[\d.]*\]: 4[\d.]+ Mbit\/s against 5[\d.]+ Mbit\/s$/,
  );
  expect(lossy.findings[1]).toMatch(
    /^tcp loses nothing and retransmits \d+ segments; udp loses 1\.2\d? % over all trials$/,
  );
  expect(lossy.findings[2]).toMatch(/^median one-way delay: udp 10\.\d ms, tcp 31\.\d ms \(2\.9\d?x \[/);
  expect(lossy.winner).toBe(1);
  expect(lossy.caveats).toEqual([]);
  expect(loopback.winner).toBe(2);
});

test('loss in the socket is told apart from loss on the network, and flags bring their way out', () => {
  expect(of(duel(5))[1].caveats).toEqual([
    "udp: 12 % lost in the receiver's socket, not on the network",
    'udp: socket-drops in 5 of 5 trials: 12 % of the messages found the receiving socket full (set a rate, or a larger receive buffer)',
  ]);
});

test('intervals that overlap are no clear difference, and nobody wins', () => {
  const run = withValues(duel(5), 0, 'goodput_bps', [10e6, 11e6, 12e6, 13e6, 14e6]);
  const [group] = of(withValues(run, 1, 'goodput_bps', [10.5e6, 11.5e6, 12.5e6, 13.5e6, 14.5e6]));
  expect(group.findings[0]).toMatch(
    /^no clear difference in goodput between udp and tcp: 12\.5 Mbit\/s against 12 Mbit\/s, 1\.042x \[0\./,
  );
  expect(group).not.toHaveProperty('winner');
});

test('the same within two percent', () => {
  const run = withValues(duel(5), 0, 'goodput_bps', [10e6, 10.01e6, 10.02e6]);
  const [group] = of(withValues(run, 1, 'goodput_bps', [10e6, 10.01e6, 10.03e6]));
  expect(group.findings[0]).toMatch(/deliver the same goodput, within 2 %/);
});

test('a single trial each: no interval, no winner, and it says so', () => {
  const [group] = of(duel(1));
  expect(group.findings[0]).toMatch(/^udp delivers [\d.]+x the goodput of tcp \(a single trial: no interval\): /);
  expect(group.caveats[0]).toMatch(/^too few trials to tell a difference from chance/);
  expect(group).not.toHaveProperty('winner');
});

test('three trials each cannot show a difference, however large', () => {
  const [group] = of(duel(3));
  expect(group.caveats[0]).toMatch(/^too few trials/);
  expect(group).not.toHaveProperty('winner');
});

test('failed, aborted and unsupported cases are named with reason and way out', () => {
  expect(of(troubled())[0].caveats.slice(1)).toEqual([
    'tcp failed in 1 of 4 trials: connection reset by peer after 1.2 s',
    'tcp aborted in 1 of 4 trials: interrupted',
    'quic unsupported: this Node has no QUIC (use Node 26)',
  ]);
});

test('nothing but failures: no findings, only reasons', () => {
  const [group] = of(allFailed());
  expect(group.findings).toEqual([]);
  expect(group.caveats).toEqual(['tcp failed: no route to host', 'udp failed: no route to host']);
});

test('goodput of zero is not a ratio', () => {
  expect(of(withValues(duel(5), 0, 'goodput_bps', [0]))[0].findings[0]).toMatch(
    /^udp delivers 4[\d.]+ Mbit\/s, tcp nothing$/,
  );
});

test('with several transports the best is held against each other one', () => {
  const [group] = of(many());
  expect(
    group.findings.slice(0, 3).map((text) => text.replace(/ delivers .* goodput of /, ' > ').replace(/ \[.*/, '')),
  ).toEqual(['udp > rudp ack=selective', 'udp > tcp cc=bbr', 'udp > tcp cc=cubic']);
});

test('a case alone is described, not compared', () => {
  const [group] = of(oneCase());
  expect(group.findings[0]).toMatch(/^tcp delivers 5[\d.]+ Mbit\/s$/);
  expect(group.caveats).toEqual([]);
});
