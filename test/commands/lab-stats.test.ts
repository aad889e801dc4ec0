import { expect, test } from 'vitest';
import type { LabRequest } from '../../src/commands/lab-request.ts';
import { statsJson, statsTable } from '../../src/commands/lab-stats.ts';
import { type DirectionAccount, directionAccountSchema } from '../../src/record/schema.ts';

const zero: DirectionAccount = {
  ...{ packetsIn: 0, bytesIn: 0, windowBytesIn: 0, packetsOut: 0, bytesOut: 0, lost: 0, outage: 0, queueDropped: 0 },
  ...{ aqmDropped: 0, duplicated: 0, corrupted: 0, ecnMarked: 0, reordered: 0, held: 0, heldBefore: 0 },
  ...{ clearSeconds: 0, heldBytes: 0, heldBytesBefore: 0, overrun: 0, sendErrors: 0, oversize: 0 },
};
const busy: DirectionAccount = {
  ...zero,
  ...{ packetsIn: 2000, bytesIn: 3_028_000, packetsOut: 1930, bytesOut: 2_922_020, lost: 20, outage: 5 },
  ...{ queueDropped: 40, aqmDropped: 6, duplicated: 2, corrupted: 3, ecnMarked: 4, reordered: 7, held: 1 },
  ...{ overrun: 8, sendErrors: 9, oversize: 10, lateness: { p50: 20e-6, p99: 0.3e-3, max: 0.0021 } },
};

/** Cells without their frame. */
const cells = (table: string): string[][] =>
  table
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

test('a table of both directions', () => {
  expect(cells(statsTable({ up: busy, down: zero }))).toEqual([
    ['link', 'up', 'down'],
    ['entered', '2,000 (3.03 MB)', '0 (0 B)'],
    ['left', '1,930 (2.92 MB)', '0 (0 B)'],
    ['lost: loss model', '20 (1 %)', '0'],
    ['lost: outage', '5 (0.25 %)', '0'],
    ['dropped: queue full', '40 (2 %)', '0'],
    ['dropped: AQM', '6 (0.3 %)', '0'],
    ['duplicated', '2 (0.1 %)', '0'],
    ['corrupted', '3 (0.15 %)', '0'],
    ['marked CE', '4 (0.2 %)', '0'],
    ['reordered', '7 (0.35 %)', '0'],
    ['still on the link', '1', '0'],
    ['overrun: not read in time', '8', '0'],
    ['refused by the kernel', '9', '0'],
    ['larger than the MTU', '10', '0'],
    ['left late by: p50, p99, max', '20 µs, 300 µs, 2.1 ms', '-'],
  ]);
});

test('what has not happened is not listed, but for the usual drops', () => {
  const heads = cells(statsTable({ up: zero, down: zero })).map(([head]) => head);
  expect(heads).toEqual([
    ...['link', 'entered', 'left', 'lost: loss model', 'dropped: queue full', 'left late by: p50, p99, max'],
  ]);
});

test('one line of JSON with the account as a record has it', () => {
  const request: LabRequest = {
    link: { label: 'mine', profile: { up: { stages: [] }, down: { stages: [] } }, warnings: [] },
    command: ['true'],
    server: 'iperf3 -s',
    stats: 'json',
    seed: 7,
    emulator: 'auto',
  };
  const line = statsJson({
    ...{ request, emulator: 'user', profile: request.link.profile, status: 3, serverStatus: undefined },
    account: { up: busy, down: zero },
  });
  expect(line).not.toContain('\n');
  const told = JSON.parse(line);
  expect(told).toMatchObject({
    ...{ link: 'mine', profile: 'direct', seed: 7, emulator: 'user', command: ['true'], status: 3 },
    server: { command: 'iperf3 -s', status: null },
  });
  expect(directionAccountSchema.parse(told.account.up)).toEqual(busy);
});
