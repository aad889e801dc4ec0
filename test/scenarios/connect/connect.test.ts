import { describe, expect, it } from 'vitest';
import { type VirtualSetup, virtualTrial } from '../../../src/conformance/scenario/virtual-trial.ts';
import { SimNetwork } from '../../../src/io/sim/network.ts';
import { Attempt, type Outcome } from '../../../src/scenarios/connect/attempt.ts';
import { connect } from '../../../src/scenarios/connect/index.ts';
import { connectParams } from '../../../src/scenarios/connect/params.ts';
import { rudp } from '../../../src/transports/rudp/index.ts';
import { FakeConnection } from '../../fakes/connection.ts';

const MS = 1e6;

const run = (profile: string, setup: Partial<VirtualSetup> = {}) =>
  virtualTrial(new SimNetwork().path({ profile, seed: 5 }), connect, rudp, { seconds: 2, drainSeconds: 3, ...setup });

describe('over rudp', () => {
  it('a connection is open after one round trip, and the first byte is there after two', () => {
    const { metrics } = run('delay 20ms').summary;
    expect(metrics['connect_setup_p50_ms']).toBeCloseTo(40, 0);
    expect(metrics['connect_first_byte_p50_ms']).toBeCloseTo(80, 0);
    // 2 s / 80 ms, and the one that was begun before the window closed.
    expect(metrics['messages_delivered']).toBeGreaterThanOrEqual(25);
    expect(metrics['messages_delivered']).toBeLessThanOrEqual(26);
    expect(metrics).toMatchObject({ connect_failed: 0, messages_lost: 0 });
  });

  it('so many at once are so many times as many', () => {
    const { metrics } = run('delay 20ms', { params: { parallel: 4 }, seconds: 1 }).summary;
    expect(metrics['connect_per_s']).toBeGreaterThan(4 * 11.9);
    expect(metrics['connect_per_s']).toBeLessThanOrEqual(4 * 13);
  });

  it('what is lost delays, and fails nothing', () => {
    const { metrics } = run('delay 10ms loss 10%', { params: { parallel: 4 }, drainSeconds: 20 }).summary;
    expect(metrics).toMatchObject({ connect_failed: 0, messages_lost: 0 });
    expect(metrics['connect_first_byte_p50_ms']).toBeLessThan(100);
    expect(metrics['connect_first_byte_p99_ms']).toBeGreaterThan(100);
  });

  it('large answers come whole', () => {
    const { metrics } = run('delay 10ms rate 10mbit', { params: { size: 60_000 }, seconds: 1 }).summary;
    expect(metrics).toMatchObject({ connect_failed: 0, messages_lost: 0 });
    // Twice 48 ms on the wire, and two round trips.
    expect(metrics['connect_first_byte_p50_ms']).toBeGreaterThan(136);
  });
});

describe('an attempt', () => {
  function attempt(
    path: (near: FakeConnection, after: (ns: number, act: () => void) => void) => void,
    patience = Infinity,
  ) {
    const { loop } = new SimNetwork();
    const near = new FakeConnection(loop);
    const outcomes: Outcome[] = [];
    const made = new Attempt(
      loop,
      () => near,
      (connection) => connection.send(new Uint8Array(20), 0, 10, 1) === 1,
      patience,
      (outcome) => outcomes.push(outcome),
    );
    path(near, (ns, act) => loop.timer(act).arm(loop.now() + ns));
    loop.advance(1000 * MS);
    return { outcomes, made };
  }
  const answer = new Uint8Array(10);

  it('ends with its answer', () => {
    const { outcomes } = attempt((near, after) => {
      after(10 * MS, () => near.onOpen());
      after(25 * MS, () => near.deliver(answer));
      after(26 * MS, () => near.onClose(new Error('reset')));
    });
    expect(outcomes).toHaveLength(1);
    const [{ started, opened = 0, answered = 0, error }] = outcomes;
    expect([opened - started, answered - started, error]).toEqual([10 * MS, 25 * MS, undefined]);
  });

  it('ends with what went wrong', () => {
    const { outcomes } = attempt((near, after) => after(5 * MS, () => near.onClose(new Error('refused'))));
    expect(outcomes).toMatchObject([{ error: { message: 'refused' } }]);
    expect(outcomes[0]?.opened).toBeUndefined();
  });

  it('ends when an answer has been waited for long enough', () => {
    const { outcomes } = attempt((near, after) => after(10 * MS, () => near.onOpen()), 50 * MS);
    expect(outcomes).toHaveLength(1);
    expect((outcomes[0]?.ended ?? 0) - (outcomes[0]?.started ?? 0)).toBe(60 * MS);
    expect(outcomes[0]?.answered).toBeUndefined();
  });

  it('ends when it is given up', () => {
    const { outcomes, made } = attempt(() => {});
    made.giveUp();
    made.giveUp();
    expect(outcomes).toHaveLength(1);
  });
});

it.each([
  ['parallel', 0],
  ['parallel', 1.5],
  ['parallel', 'many'],
  ['size', 19],
])('%s=%s is refused', (key, value) => {
  const result = connectParams.safeParse({ [key]: value });
  expect(result.error?.issues[0]?.message).toContain(`'${value}' is not accepted: expected a`);
});
