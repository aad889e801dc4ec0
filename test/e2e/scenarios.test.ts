import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/record/schema.ts';
import { lab } from '../requirements.ts';
import { completed, measure, temporary } from './cli.ts';

const out = temporary();
afterAll(() => out.remove());

/** One suite for all: 40 ms there and back, and a machine that may be busy with other tests. */
const SUITE = [
  ...['--transport', 'tcp,udp', '--link', 'delay 20ms loss 1% rate 20mbit'],
  ...['--scenario', 'ping,ping load=down,connect parallel=8,playout clip=synthetic bitrate=1mbit'],
  ...['--trials', '1', '--duration', '1s', '--warmup', '100ms'],
];
const RTT = 40;

let record: RunRecord | undefined;
beforeAll(async () => {
  let possible = true;
  const skip = (): void => {
    possible = false;
  };
  await lab({ skip } as never);
  if (possible) record = (await measure(out.path, SUITE)).record;
}, 120_000);

function metricsOf(transport: string, scenario: string): Record<string, number> {
  const all = record as RunRecord;
  const [trial] = completed(all, (c) => c.transport.name === transport && c.scenario.label === scenario);
  return trial.metrics;
}

describe('ping', () => {
  test.for(['tcp', 'udp'])('of %s takes the round trip of the link', async (transport, context) => {
    await lab(context);
    const m = metricsOf(transport, 'ping');
    expect(m['ping_rtt_min_ms']).toBeGreaterThanOrEqual(RTT);
    expect(m['ping_rtt_min_ms']).toBeLessThan(2 * RTT);
    expect(m['ping_ops_per_s']).toBeLessThanOrEqual(1e3 / RTT);
    expect(m['messages_sent']).toBe(m['messages_delivered'] + m['messages_lost']);
    if (transport === 'udp') {
      expect(m['link_up_packets']).toBe(m['messages_sent']);
      expect(m['messages_lost']).toBe(m['link_up_lost'] + m['link_down_lost']);
    } else expect(m['messages_lost']).toBe(0);
  });

  test.for(['tcp', 'udp'])('of %s goes on beside a load', async (transport, context) => {
    await lab(context);
    const m = metricsOf(transport, 'ping load=down');
    expect(m['ping_rtt_min_ms']).toBeGreaterThanOrEqual(RTT);
    expect(m['ping_load_bps']).toBeGreaterThan(1e5);
    expect(m['ping_load_bps']).toBeLessThan(20e6);
  });
});

test('connect: TCP is set up in a round trip, and the first byte is there in two', async (context) => {
  await lab(context);
  const m = metricsOf('tcp', 'connect parallel=8');
  expect(m['connect_setup_p50_ms']).toBeGreaterThanOrEqual(RTT);
  expect(m['connect_setup_p50_ms']).toBeLessThan(3 * RTT);
  expect(m['connect_first_byte_p50_ms']).toBeGreaterThanOrEqual(2 * RTT);
  expect(m['connect_first_byte_p50_ms']).toBeLessThan(6 * RTT);
  expect(m['connect_failed']).toBe(0);
  expect(m['connect_per_s']).toBeLessThanOrEqual((8 * 1e3) / (2 * RTT) + 8);
});

test('connect: where there is nothing to set up, that is the result', async (context) => {
  await lab(context);
  const { cases, trials } = record as RunRecord;
  const [udp] = trials.filter(
    (trial) => cases[trial.case].transport.name === 'udp' && cases[trial.case].scenario.name === 'connect',
  );
  expect(udp).toMatchObject({ state: 'unsupported', reason: expect.stringContaining('no connection to set up') });
});

describe('playout', () => {
  const LABEL = 'playout clip=synthetic bitrate=1mbit';

  test('of tcp waits for what is sent again, and loses nothing', async (context) => {
    await lab(context);
    const m = metricsOf('tcp', LABEL);
    expect(m).toMatchObject({ playout_frames: 30, playout_lost_ratio: 0, messages_lost: 0 });
    expect(m['stalls']).toBeGreaterThanOrEqual(0);
    expect(m['playout_startup_ms']).toBeGreaterThanOrEqual(RTT / 2 + 200);
  });

  test('of udp loses the frames whose parts the link lost', async (context) => {
    await lab(context);
    const m = metricsOf('udp', LABEL);
    expect(m['messages_sent']).toBe(m['link_up_packets']);
    expect(m['messages_lost']).toBe(m['link_up_lost'] + m['link_up_queue_dropped']);
    expect(m['playout_lost_ratio'] > 0).toBe(m['messages_lost'] > 0);
    expect(m['stalls']).toBeUndefined();
  });
});
