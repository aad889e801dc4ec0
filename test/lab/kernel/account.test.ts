import { expect, test } from 'vitest';
import { directionAccount, type Reading } from '../../../src/lab/kernel/account.ts';
import type { QdiscCounters } from '../../../src/lab/kernel/counters.ts';
import { kernelStages } from '../../../src/lab/kernel/stages.ts';
import { parseProfile } from '../../../src/link/parse.ts';
import { imbalance } from '../../../src/record/account.ts';

const stagesOf = (profile: string) => kernelStages(parseProfile(profile).up);

const ZERO = { packets: 0, bytes: 0, drops: 0, requeues: 0, qlen: 0, backlog: 0 };

function reading(packets: number, ...qdiscs: readonly Partial<QdiscCounters>[]): Reading {
  return {
    received: { packets, bytes: 100 * packets },
    qdiscs: qdiscs.map((counters, i) => ({ handle: `${i + 1}:`, ...ZERO, ...counters })),
  };
}

const UNCOUNTED = { windowBytesIn: 5, clearSeconds: 0.01 };

test('loss, and a full queue behind it, whose drops the qdiscs before it count too', () => {
  const stages = stagesOf('delay 10ms loss 1% rate 1mbit queue 10 packets limit 100');
  const opened = reading(7, { packets: 3, bytes: 300, drops: 2, qlen: 2, backlog: 200 }, { drops: 1 }, { drops: 1 });
  const closed = reading(
    107,
    { packets: 83, bytes: 8300, drops: 20, qlen: 4, backlog: 400 },
    { drops: 13 },
    { drops: 11 },
  );
  const account = directionAccount(stages, opened, closed, UNCOUNTED);
  expect(account).toMatchObject({
    ...{ packetsIn: 100, bytesIn: 10_000, packetsOut: 80, bytesOut: 8000, lost: 6, queueDropped: 12 },
    ...{ held: 4, heldBefore: 2, heldBytes: 400, heldBytesBefore: 200, duplicated: 0, ecnMarked: 0, ...UNCOUNTED },
  });
  expect(account).not.toHaveProperty('lateness');
  expect(imbalance(account)).toBe(0);
});

test('what came in is what went on, was dropped or is held, even where the interface was read a moment later', () => {
  const account = directionAccount(
    stagesOf('loss 1%'),
    reading(0, {}),
    reading(103, { packets: 90, drops: 10 }),
    UNCOUNTED,
  );
  expect(account).toMatchObject({ packetsIn: 100, packetsOut: 90, lost: 10, queueDropped: 0 });
});

test('copies are what there is beyond that which came in', () => {
  const account = directionAccount(
    stagesOf('duplicate 5% loss 1%'),
    reading(10, {}),
    reading(110, { packets: 104, drops: 1 }),
    UNCOUNTED,
  );
  expect(account).toMatchObject({ packetsIn: 100, packetsOut: 104, lost: 1, duplicated: 5 });
  expect(imbalance(account)).toBe(0);
});

test('marked packets are among the drops, but went on', () => {
  const account = directionAccount(
    stagesOf('loss 5% ecn'),
    reading(0, {}),
    reading(100, { packets: 98, drops: 5 }),
    UNCOUNTED,
  );
  expect(account).toMatchObject({ packetsIn: 100, packetsOut: 98, lost: 2, ecnMarked: 3, duplicated: 0 });
  expect(imbalance(account)).toBe(0);
});

test('with copies too, marks are known where the kernel counts them, and lost where it does not', () => {
  const stages = stagesOf('loss 5% ecn duplicate 10%');
  const closed = { packets: 107, drops: 5 };
  const told = directionAccount(stages, reading(0, {}), reading(100, { ...closed, ecn_marked: 3 }), UNCOUNTED);
  expect(told).toMatchObject({ packetsIn: 100, lost: 2, ecnMarked: 3, duplicated: 9 });
  expect(imbalance(told)).toBe(0);
  const untold = directionAccount(stages, reading(0, {}), reading(100, closed), UNCOUNTED);
  expect(untold).toMatchObject({ packetsIn: 100, lost: 5, ecnMarked: 0, duplicated: 12 });
  expect(imbalance(untold)).toBe(0);
});

test('an unimpaired direction has one plain queue', () => {
  const account = directionAccount([], reading(0, {}), reading(9, { packets: 9, bytes: 900 }), UNCOUNTED);
  expect(account).toMatchObject({ packetsIn: 9, bytesIn: 900, packetsOut: 9, bytesOut: 900, lost: 0, queueDropped: 0 });
});

test('overtaking and damage are counted as far as the kernel does', () => {
  const stages = stagesOf('delay 10ms reorder 25% corrupt 1%');
  const account = directionAccount(
    stages,
    reading(0, { requeues: 1 }),
    reading(4, { packets: 4, requeues: 3, corrupted: 2 }),
    UNCOUNTED,
  );
  expect(account).toMatchObject({ reordered: 2, corrupted: 2 });
});
