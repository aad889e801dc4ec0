import { describe, expect, test } from 'vitest';
import { type VirtualOutcome, virtualTrial } from '../../src/conformance/scenario/virtual-trial.ts';
import { SimNetwork } from '../../src/io/sim/network.ts';
import { parseProfile } from '../../src/link/parse.ts';
import type { Metrics } from '../../src/record/schema.ts';
import { boundaries } from '../../src/scenarios/boundaries.ts';
import { builtinScenarios, playableScenarios, questions } from '../../src/scenarios/index.ts';
import { opening } from '../../src/scenarios/opening.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { stalledReader } from '../../src/scenarios/stalled-reader.ts';
import { rudp } from '../../src/transports/rudp/index.ts';
import type { Transport } from '../../src/transports/transport.ts';
import { udp } from '../../src/transports/udp.ts';

const NO_LINK = undefined;

function played(scenario: Scenario, transport: unknown, profile: string): VirtualOutcome {
  const path = new SimNetwork().path({ profile: parseProfile(profile), seed: 3 });
  return virtualTrial(path, scenario, transport as Transport, { seconds: 1 });
}

/** Of results that the halves of other transports would give: TCP's cannot be had in virtual time. */
const summarised = (scenario: Scenario, client: unknown, server: unknown): Metrics =>
  scenario.summarise({ params: {}, client, server, link: NO_LINK }).metrics;

test('questions can be played, and are no workloads', () => {
  expect(playableScenarios).toEqual(expect.arrayContaining([...questions]));
  for (const question of questions) expect(builtinScenarios).not.toContain(question);
});

describe('opening', () => {
  test('udp may send at once, and the path sees nothing of it', () => {
    const { summary, link } = played(opening, udp, 'delay 20ms');
    expect(summary.metrics['opening_setup_ms']).toBeLessThan(1);
    expect([link.up.packetsIn, link.down.packetsIn]).toEqual([0, 0]);
  });

  test('a handshake waits for the round trip', () => {
    const { summary, link } = played(opening, rudp, 'delay 20ms');
    expect(summary.metrics['opening_setup_ms']).toBeGreaterThanOrEqual(40);
    expect(summary.metrics['opening_setup_ms']).toBeLessThan(41);
    expect(link.up.packetsIn).toBeGreaterThanOrEqual(2);
    expect(link.down.packetsIn).toBeGreaterThanOrEqual(1);
  });

  test('a set-up that never ends has no time', () => {
    expect(summarised(opening, {}, null)).toEqual({ duration_s: 0.5 });
  });
});

describe('boundaries', () => {
  test.each([
    ['udp', udp],
    ['rudp', rudp],
  ])('%s keeps every message apart, in one call or in three', (_, transport) => {
    const { metrics } = played(boundaries, transport, 'delay 5ms').summary;
    expect(metrics).toMatchObject({ boundaries_message_bytes: 10, boundaries_read_bytes_max: 10 });
    expect(metrics['boundaries_sent']).toBeGreaterThanOrEqual(100);
    expect(metrics).toMatchObject({ boundaries_reads: metrics['boundaries_sent'], boundaries_whole_ratio: 1 });
  });

  test('what the path lost was not read, and does not keep the reader waiting for ever', () => {
    const { metrics } = played(boundaries, udp, 'delay 5ms loss 20%').summary;
    // Binomial with n >= 100 and p = 0.8: below 1 but for a chance of 0.8^100 = 2e-10.
    expect(metrics['boundaries_whole_ratio']).toBeLessThan(1);
    expect(metrics['boundaries_read_bytes_max']).toBe(10);
  });

  test('joined reads are no messages', () => {
    const metrics = summarised(boundaries, { messages: 6 }, { reads: 3, whole: 1, largest: 30 });
    expect(metrics['boundaries_whole_ratio']).toBeCloseTo(1 / 6, 12);
  });
});

describe('stalled-reader', () => {
  test('every message that was taken is there or lost', () => {
    // Virtual time stands still while the thread is held: there is nothing that could overflow.
    const { summary, client } = played(stalledReader, udp, 'delay 5ms loss 10%');
    const { messages_sent: sent, messages_delivered: delivered, messages_lost: lost } = summary.metrics;
    // 100 Mbit/s of 1,400 bytes for a second.
    expect(sent).toBeGreaterThan(8900);
    expect(sent).toBeLessThanOrEqual(8929);
    expect(client).toMatchObject({ messages: sent });
    expect(Number(delivered) + Number(lost)).toBe(sent);
    expect(summary.metrics['loss_ratio']).toBeGreaterThan(0.08);
    expect(summary.metrics).not.toHaveProperty('stalled_blocked_after_ms');
  });

  test('a sender that the transport holds back says when, and sends no more than is taken', () => {
    const { metrics } = played(stalledReader, rudp, 'delay 5ms rate 10mbit queue 20 packets').summary;
    expect(metrics['stalled_blocked_after_ms']).toBeGreaterThan(0);
    expect(metrics['stalled_blocked_after_ms']).toBeLessThan(1000);
    expect(metrics).toMatchObject({ messages_lost: 0, loss_ratio: 0 });
    expect(metrics['stalled_taken_bytes']).toBeLessThan(12.5e6);
  });
});
