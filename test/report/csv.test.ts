import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { METRICS } from '../../src/record/columns.ts';
import { analyse } from '../../src/report/analyse.ts';
import { delayCsv } from '../../src/report/csv/delay.ts';
import { seriesCsv } from '../../src/report/csv/series.ts';
import { summaryCsv } from '../../src/report/csv/summary.ts';
import { metricNames, trialsCsv } from '../../src/report/csv/trials.ts';
import { duel, odd, oneCase, troubled } from './fixtures.ts';

const rowsOf = (text: string): Record<string, string>[] => parse(text, { columns: true });

const LEAD = 'run_id,transport,transport_options,scenario,params,link,link_profile,emulator,trial,state,reason,flags';

test('trials.csv starts with the promised columns, then every metric, then what scenarios added', () => {
  const run = duel();
  for (const trial of run.trials) {
    if (trial.state === 'completed') Object.assign(trial.metrics, { zoo_b: 2, zoo_a: 1.5 });
  }
  const head = trialsCsv(run).split('\n')[0];
  expect(head).toBe([LEAD, ...METRICS.map((column) => column.name), 'zoo_a', 'zoo_b'].join(','));
});

test('metrics of scenarios come in their own order, and only those that some trial has', () => {
  const run = duel();
  const [first] = run.trials;
  if (first?.state !== 'completed') throw new Error('the fixture completed');
  Object.assign(first.metrics, { aa_foreign: 1, stall_s: 2, chat_sent: 3 });
  expect(metricNames(run).slice(METRICS.length)).toEqual(['chat_sent', 'stall_s', 'aa_foreign']);
});

test.each([
  ['plain', troubled],
  ['odd labels', odd],
])('trials.csv reads back as it was: %s', (_, fixture) => {
  const run = fixture();
  const rows = rowsOf(trialsCsv(run));
  expect(rows).toHaveLength(run.trials.length);
  rows.forEach((row, i) => {
    const trial = run.trials[i];
    expect(row['link']).toBe(run.cases[trial.case].link.label);
    expect(row['params']).toBe('size=1400 rate=auto direction=up');
    expect(row['state']).toBe(trial.state);
    expect(Number(row['trial'])).toBe(trial.trial);
    for (const name of metricNames(run)) {
      const value = trial.state === 'completed' ? trial.metrics[name] : undefined;
      expect(row[name]).toBe(value === undefined ? '' : String(value));
    }
    expect(row['reason']).toBe(trial.state === 'completed' ? '' : trial.reason);
  });
});

test('flags are joined by semicolons', () => {
  const run = oneCase();
  const flag = { name: 'cpu-bound', reason: 'r', remedy: 'm' } as const;
  const trial = run.trials[0];
  if (trial.state !== 'completed') throw new Error('the fixture completed');
  trial.flags.push(flag, { ...flag, name: 'socket-drops' });
  expect(rowsOf(trialsCsv(run))[0]['flags']).toBe('cpu-bound;socket-drops');
});

test('series.csv holds every sample, with what is needed to find its case', () => {
  const run = troubled();
  const rows = rowsOf(seriesCsv(run));
  const samples = run.trials.flatMap((trial) =>
    trial.state === 'completed' ? trial.series.flatMap(({ t, values }) => t.map((at, i) => [at, values[i]])) : [],
  );
  expect(rows.map((row) => [Number(row['t_s']), Number(row['value'])])).toEqual(samples);
  expect(Object.keys(rows[0]).join(',')).toBe(
    'run_id,transport,transport_options,scenario,params,link,link_profile,emulator,trial,t_s,metric,value',
  );
});

test('delay.csv is in milliseconds', () => {
  const run = oneCase();
  const trial = run.trials[0];
  if (trial.state !== 'completed' || !trial.delay) throw new Error('the fixture has a curve');
  const rows = rowsOf(delayCsv(run));
  expect(rows.map((row) => Number(row['quantile']))).toEqual(trial.delay.quantiles);
  rows.forEach((row, i) => {
    expect(Number(row['delay_ms'])).toBeCloseTo((trial.delay?.seconds[i] ?? 0) * 1e3, 9);
  });
});

test('summary.csv: median, interval and number of completed trials', () => {
  const run = troubled();
  const goodput = rowsOf(summaryCsv(analyse(run))).filter((row) => row['metric'] === 'goodput_bps');
  // Of the first case one trial failed and one was aborted; the last one was unsupported and has no row.
  expect(goodput.map((row) => row['n'])).toEqual(['2', '3', '3', '3']);
  const values = run.trials.flatMap((trial) =>
    trial.state === 'completed' && trial.case === 1 ? trial.metrics['goodput_bps'] : [],
  );
  expect(Number(goodput[1]['median'])).toBe(values.toSorted((a, b) => a - b)[1]);
  expect(Number(goodput[1]['ci_low'])).toBeGreaterThanOrEqual(Math.min(...values));
  expect(Number(goodput[1]['ci_high'])).toBeLessThanOrEqual(Math.max(...values));
});

test('a single trial has a median and an empty interval', () => {
  const row = rowsOf(summaryCsv(analyse(oneCase())))[0];
  expect(row['n']).toBe('1');
  expect(row['median']).not.toBe('');
  expect([row['ci_low'], row['ci_high']]).toEqual(['', '']);
});
