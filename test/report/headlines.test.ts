import { expect, test } from 'vitest';
import type { RunRecord } from '../../src/record/schema.ts';
import { analyse } from '../../src/report/analyse.ts';
import { caseColumns } from '../../src/report/case-columns.ts';
import { table } from '../../src/report/table.ts';
import { verdicts } from '../../src/report/verdict.ts';
import { duel } from './fixtures.ts';

/** The loopback cases of `duel` as chat, each trial with what `metrics` gives for its transport and number. */
function chatting(trials: number, metrics: (transport: string, trial: number) => Record<string, number>): RunRecord {
  const run = duel(trials);
  const chat = { label: 'chat clients=3', name: 'chat', params: { clients: 3 } };
  return {
    ...run,
    cases: run.cases.map((entry, i) => (i < 2 ? entry : { ...entry, scenario: chat })),
    trials: run.trials.map((trial) => {
      if (trial.case < 2 || trial.state !== 'completed') return trial;
      return { ...trial, flags: [], metrics: metrics(run.cases[trial.case].transport.name, trial.trial) };
    }),
  };
}

const heads = (run: RunRecord): string[][] => {
  const { groups, cases } = analyse(run);
  return groups.map((group) => caseColumns(group.cases.map((index) => cases[index])).map(({ head }) => head));
};

const USUAL = ['goodput', 'delay p50', 'delay p99', 'loss', 'reordered', 'retransmits', 'connect'];

test('a group shows the columns that its own cases have: headlines, and what is not from netduel', () => {
  const run = chatting(2, () => ({ chat_delivery_ratio: 1, chat_sent: 20, delay_p50_ms: 3, zoo_noise: 7 }));
  expect(heads(run)).toEqual([
    ['transport', 'trials', ...USUAL],
    ['transport', 'trials', 'delivery', 'delay p50', 'zoo noise'],
  ]);
});

test('the terminal lays out every group for itself', () => {
  const run = chatting(2, () => ({ chat_delivery_ratio: 0.995, chat_deliveries_per_s: 1200 }));
  const text = table(analyse(run), { color: false, width: 80 });
  expect(text).toMatch(/^tcp +2\/2 +5/m);
  expect(text).toMatch(/^tcp +2\/2 +99\.5 % +1,200 \/s$/m);
});

test('a headline has a sentence: the best first, and the ratio with its interval', () => {
  const run = chatting(5, (transport, trial) => ({
    chat_deliveries_per_s: (transport === 'tcp' ? 300 : 100) + trial,
    goodput_bps: 1e6,
  }));
  const [, chat] = verdicts(analyse(run));
  expect(chat.findings).toHaveLength(1);
  expect(chat.findings[0]).toMatch(/^deliveries: tcp 303 \/s, udp 103 \/s \(2\.94x \[2\.[\d.]+, [23][\d.]*\]\)$/);
  expect(chat).not.toHaveProperty('winner');
  expect(chat.caveats).toEqual([]);
});

test('no difference, an unclear one, and too few trials are told apart', () => {
  const said = (trials: number, values: (transport: string, trial: number) => number): string =>
    verdicts(analyse(chatting(trials, (...of) => ({ chat_delivery_ratio: values(...of) }))))[1].findings[0];
  expect(said(5, () => 1)).toBe('delivery: tcp 100 %, udp 100 %: the same, within 2 %');
  expect(said(5, (transport, trial) => trial / (transport === 'tcp' ? 10 : 11))).toMatch(
    /^delivery: tcp 30 %, udp 27\.3 %: no clear difference$/,
  );
  expect(said(2, (transport) => (transport === 'tcp' ? 0.9 : 0.3))).toMatch(/^delivery: tcp 90 %, udp 30 % \(3x \[3/);
});

test('of a metric with lower values better, the lowest is first', () => {
  const run = chatting(5, (transport) => ({ playout_late_ratio: transport === 'tcp' ? 0.2 : 0.1 }));
  expect(verdicts(analyse(run))[1].findings[0]).toMatch(/^late frames: udp 10 %, tcp 20 % \(2x/);
});
