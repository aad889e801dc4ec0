import fc from 'fast-check';
import { expect, test } from 'vitest';
import { caseLabels, formatSettings, settingsKey, unique } from '../../src/report/case-label.ts';
import { groupCases } from '../../src/report/groups.ts';
import { duel, grid, lossy, many, scenarioStream, transport } from './fixtures.ts';

test('a label says only what tells cases apart', () => {
  expect(caseLabels(duel())).toEqual([
    'tcp over delay 10ms loss 1% rate 50mbit',
    'udp over delay 10ms loss 1% rate 50mbit',
    'tcp over loopback',
    'udp over loopback',
  ]);
  expect(caseLabels({ cases: duel().cases.slice(0, 2) })).toEqual(['tcp', 'udp']);
  expect(caseLabels(grid())[1]).toBe('udp stream size=64 over delay 10ms loss 0% rate 50mbit');
});

test('labels are unique whatever they are made of', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'a #1', 'a #2', 'b', ''), { maxLength: 12 }), (labels) => {
      const result = unique(labels);
      expect(new Set(result).size).toBe(labels.length);
      expect(result.every((label, i) => label.startsWith(labels[i]))).toBe(true);
    }),
  );
});

test('cases that differ only in transport are one group', () => {
  expect(groupCases(many()).map((group) => group.cases)).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9, 10, 11],
  ]);
  expect(groupCases(grid()).map((group) => group.cases)).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
    [8, 9],
    [10, 11],
  ]);
});

test('the order of settings does not part a group, their values do', () => {
  const scenario = (params: Record<string, string | number>) => ({ ...scenarioStream, params });
  const cases = [
    { size: 64, rate: 'auto' },
    { rate: 'auto', size: 64 },
    { rate: 'auto', size: 65 },
  ].map((params) => ({
    transport: transport('tcp'),
    scenario: scenario(params),
    link: lossy,
  }));
  expect(groupCases({ ...duel(), cases }).map((group) => group.cases)).toEqual([[0, 1], [2]]);
  expect(groupCases({ ...duel(), cases }).map((group) => group.title)).toEqual([
    `${lossy.label} #1`,
    `${lossy.label} #2`,
  ]);
  expect(settingsKey({ a: 1, b: 2 })).toBe(settingsKey({ b: 2, a: 1 }));
  expect(formatSettings({ size: 64, nodelay: true })).toBe('size=64 nodelay=true');
});
