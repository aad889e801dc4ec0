import { expect, test } from 'vitest';
import { SimLoop } from '../../src/io/sim/loop.ts';
import { probe } from '../../src/scenarios/probe.ts';
import type { Half, HalfContext, Schedule } from '../../src/scenarios/scenario.ts';
import { FakeConnection, type FakePath } from '../fakes/connection.ts';

const MS = 1e6;
const START = 1e15;
const SCHEDULE: Schedule = {
  ...{ start: START, warmEnd: START, open: START, close: START + 300 * MS },
  drainEnd: START + 800 * MS,
};

/** Both halves on one virtual clock; `path` is the way there, the way back takes 7 ms. */
function run(
  path: FakePath,
  capacityBps?: number,
): { metrics: Record<string, number>; endedAt: number; echoed: number } {
  const loop = new SimLoop(START - 10 * MS);
  const [near, far] = [new FakeConnection(loop, path), new FakeConnection(loop, { fate: () => [7 * MS] })];
  near.peer = far;
  far.peer = near;
  let left = 2;
  const context = (tell: (value: unknown) => void): HalfContext<Record<string, unknown>> => ({
    params: {},
    trialId: 3,
    loop,
    traits: {
      reliable: false,
      ordered: false,
      framing: 'datagram',
      sockets: 'datagram',
      connection: false,
      congestionControl: false,
    },
    path: { payloadCapacity: () => capacityBps },
    connect: () => {
      throw new Error('one connection is enough');
    },
    abandon: (connection) => connection.abort(),
    tell,
    ready: () => {},
    done: () => {
      if (--left === 0) loop.stop();
    },
    fail: (error) => {
      throw error;
    },
    sample: () => {},
  });
  const server: Half = probe.server(context(() => {}));
  const client = probe.client(context((value) => loop.after(MS, () => server.onTold?.(value))));
  client.onConnection(near);
  server.onConnection(far);
  for (const half of [client, server]) half.onSchedule?.(SCHEDULE);
  loop.advanceTo(SCHEDULE.drainEnd + 100 * MS);
  expect(left).toBe(0);
  const results = { client: client.result(), server: server.result() };
  return {
    metrics: probe.summarise({ params: {}, ...results, link: undefined }).metrics,
    endedAt: loop.now(),
    echoed: far.taken,
  };
}

test('round trips are those of the path, and all answers in are the end', () => {
  const { metrics, endedAt, echoed } = run({ fate: (index) => [(index % 2 === 0 ? 10 : 13) * MS] });
  expect(echoed).toBe(60);
  expect(metrics['rtt_min_ms']).toBeCloseTo(17, 6);
  expect(metrics['rtt_p50_ms']).toBeGreaterThanOrEqual(17);
  expect(metrics['rtt_p50_ms']).toBeLessThanOrEqual(20);
  expect(endedAt).toBeLessThan(START + 330 * MS);
});

test('what is lost is waited for as long as it may well come', () => {
  const { metrics, endedAt } = run({ fate: (index) => (index < 59 ? [10 * MS] : []) });
  expect(metrics['rtt_min_ms']).toBeCloseTo(17, 6);
  // Three round trips of 17 ms and 100 ms behind the last answer.
  expect(endedAt).toBeGreaterThanOrEqual(SCHEDULE.close + 151 * MS);
  expect(endedAt).toBeLessThan(SCHEDULE.close + 180 * MS);
});

test('a slow link is not filled', () => {
  const { echoed } = run({ fate: () => [10 * MS] }, 64_000);
  // 64 bytes of payload take 8 ms of a capacity of 64 kbit/s: one message every 64 ms, for 300 ms.
  expect(echoed).toBe(5);
});

test('a link that lets nothing through has no round trip', () => {
  expect(run({ fate: () => [] }).metrics).toEqual({});
});
