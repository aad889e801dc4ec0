import { expect, test } from 'vitest';
import { DirectionLedger } from '../../src/io/direction-ledger.ts';

/** A model that has counted what the test says. */
function model() {
  const counters = {
    packetsIn: 0,
    bytesIn: 0,
    packetsOut: 0,
    bytesOut: 0,
    lost: 0,
    outage: 0,
    queueDropped: 0,
    aqmDropped: 0,
    duplicated: 0,
    corrupted: 0,
    ecnMarked: 0,
    reordered: 0,
  };
  return { counters, held: () => 2, heldBytes: () => 200, earliestService: (now: number) => now + 5e6 };
}

type Model = ReturnType<typeof model>;

/** Every counter grows by one, and the bytes by a hundred. */
function count({ counters }: Model): void {
  for (const name of Object.keys(counters) as (keyof typeof counters)[])
    counters[name] += name.startsWith('bytes') ? 100 : 1;
}

test('an account is open from the start, and a window opens another', () => {
  const link = model();
  const ledger = new DirectionLedger(link, 0);
  ledger.window(100, 200);
  count(link);
  ledger.overrun = 7;
  ledger.recordLateness(1000);
  expect(ledger.passTime(99)).toBe(false);
  expect(ledger.account()).toMatchObject({ packetsIn: 1, bytesIn: 100, overrun: 7, lateness: { max: 1e-6 } });
  expect(ledger.passTime(100)).toBe(true);
  expect(ledger.passTime(101)).toBe(false);
  const fresh = ledger.account();
  expect(fresh).toMatchObject({ heldBefore: 2, heldBytesBefore: 200, held: 2, heldBytes: 200, clearSeconds: 0.005 });
  expect(fresh).not.toHaveProperty('lateness');
  const { heldBefore, heldBytesBefore, held, heldBytes, clearSeconds, ...counts } = fresh;
  expect(new Set(Object.values(counts))).toEqual(new Set([0]));
});

test('the window ends before what comes at its close; the account goes on', () => {
  const link = model();
  const ledger = new DirectionLedger(link, 0);
  ledger.window(100, 200);
  ledger.passTime(100);
  count(link);
  ledger.passTime(200);
  count(link);
  ledger.sendErrors += 3;
  expect(ledger.account()).toMatchObject({
    windowBytesIn: 100,
    bytesIn: 200,
    packetsIn: 2,
    ecnMarked: 2,
    sendErrors: 3,
  });
});

test('a window that nobody told of in time opens and closes with the first packet after it', () => {
  const link = model();
  const ledger = new DirectionLedger(link, 0);
  ledger.window(100, 200);
  count(link);
  expect(ledger.passTime(300)).toBe(true);
  count(link);
  expect(ledger.account()).toMatchObject({ packetsIn: 1, windowBytesIn: 0, bytesIn: 100 });
});
