import { expect, test } from 'vitest';
import { UserError } from '../../src/record/errors.ts';
import { parseRun } from '../../src/record/parse.ts';
import type { RunRecord } from '../../src/record/schema.ts';
import { duel, FIXTURES } from '../report/fixtures.ts';

const parsed =
  (document: unknown): (() => RunRecord) =>
  () =>
    parseRun(JSON.stringify(document), 'results/a/run.json');

test.each(['duel', 'troubled', 'loopbackOnly', 'oneCase', 'allFailed', 'many', 'grid', 'odd'] as const)(
  '%s survives being written and read',
  (name) => {
    const run = FIXTURES[name]();
    expect(parsed(run)()).toEqual(run);
  },
);

test('a newer format is named, and what this version reads', () => {
  expect(parsed({ ...duel(), formatVersion: 7 })).toThrow(
    'results/a/run.json was written by a newer netduel, format 7; this one reads 1.',
  );
});

test('a wrong value is named by its path', () => {
  const run = duel();
  const trials = run.trials.map((trial, i) => (i === 2 ? { ...trial, metrics: { goodput_bps: 'fast' } } : trial));
  expect(parsed({ ...run, trials })).toThrow(/results\/a\/run\.json: trials\[2\]\.metrics\.goodput_bps: .*number/);
});

test('a trial of no case is refused', () => {
  const run = duel();
  expect(parsed({ ...run, cases: run.cases.slice(0, 3) })).toThrow('trials[3].case: 3 names no case, there are 3');
});

test.each([
  ['{"formatVersion": 1, "ru', /not valid JSON/],
  ['[]', /no formatVersion/],
  ['null', /no formatVersion/],
  ['{"formatVersion": "1"}', /no formatVersion/],
])('%s is refused for the person who named the file', (text, message) => {
  expect(() => parseRun(text, 'x.json')).toThrow(UserError);
  expect(() => parseRun(text, 'x.json')).toThrow(message);
});
