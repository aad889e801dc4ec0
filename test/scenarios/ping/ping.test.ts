import { describe, expect, it } from 'vitest';
import { type VirtualOutcome, virtualTrial } from '../../../src/conformance/scenario/virtual-trial.ts';
import { SimNetwork } from '../../../src/io/sim/network.ts';
import { ping } from '../../../src/scenarios/ping/index.ts';
import { rudp } from '../../../src/transports/rudp/index.ts';
import type { Transport } from '../../../src/transports/transport.ts';
import { udp } from '../../../src/transports/udp.ts';

const TRANSPORTS = { udp, rudp } as unknown as Record<string, Transport>;

interface Given {
  readonly profile: string;
  readonly transport: 'udp' | 'rudp';
  readonly params?: Record<string, unknown>;
  readonly options?: Record<string, unknown>;
  readonly seconds?: number;
  readonly drainSeconds?: number;
  readonly capacityBps?: number;
}

function run({ profile, transport, seconds = 5, ...given }: Given): VirtualOutcome {
  const path = new SimNetwork().path({ profile, seed: 3 });
  return virtualTrial(path, ping, TRANSPORTS[transport] as Transport, { seconds, ...given });
}

const metricsOf = (given: Given) => run(given).summary.metrics;

describe('closed loop', () => {
  it.each(['udp', 'rudp'] as const)('of %s goes round once in a round trip', (transport) => {
    const metrics = metricsOf({ profile: 'delay 20ms', transport });
    expect(metrics['ping_rtt_min_ms']).toBeCloseTo(40, 6);
    expect(metrics['ping_rtt_max_ms']).toBeCloseTo(40, 6);
    expect(metrics['ping_ops_per_s']).toBeCloseTo(25, 6);
    expect(metrics).toMatchObject({ messages_sent: 125, messages_delivered: 125, messages_lost: 0, loss_ratio: 0 });
    expect(metrics['messages_missed']).toBeUndefined();
    expect(metrics['ping_load_bps']).toBeUndefined();
  });

  it('goes on behind what was lost, and every request is one packet of the link', () => {
    const { summary, link } = run({ profile: 'delay 5ms loss 10%', transport: 'udp', seconds: 30, drainSeconds: 0.2 });
    const { metrics } = summary;
    expect(metrics['messages_sent']).toBe(link.up.packetsIn);
    expect(metrics['messages_lost']).toBe(link.up.lost + link.down.lost);
    expect(metrics['messages_lost']).toBeGreaterThan(0);
    expect(metrics['ping_rtt_max_ms']).toBeCloseTo(10, 6);
    // 10 ms for one that is answered, 200 ms for one that is not: all of the window but a rest.
    const busy = ((metrics['messages_delivered'] ?? 0) * 10 + (metrics['messages_lost'] ?? 0) * 200) / 1e3;
    expect(Math.abs(busy - 30)).toBeLessThan(0.2);
    expect(metrics['ping_ops_per_s']).toBeCloseTo((metrics['messages_delivered'] ?? 0) / busy, 0);
  });

  it('takes no late answer for that of another request', () => {
    // Given up after 50 ms, answered after 120 ms.
    const { client, summary } = run({ profile: 'delay 60ms', transport: 'udp', drainSeconds: 0.05 });
    expect(summary.metrics).toMatchObject({ messages_delivered: 0, loss_ratio: 1 });
    expect(summary.metrics['ping_rtt_p50_ms']).toBeUndefined();
    expect(summary.metrics['ping_ops_per_s']).toBeUndefined();
    const { late, sent } = (client as { roundTrips: { late: number; sent: number } }).roundTrips;
    expect(late).toBeGreaterThan(sent - 5);
  });

  it('of a reliable transport waits for what has to be sent again', () => {
    const metrics = metricsOf({ profile: 'delay 5ms loss 5%', transport: 'rudp', seconds: 4, drainSeconds: 5 });
    expect(metrics).toMatchObject({ messages_lost: 0 });
    expect(metrics['ping_rtt_max_ms']).toBeGreaterThan(15);
  });
});

describe('open loop', () => {
  it.each(['udp', 'rudp'] as const)('of %s asks by the clock', (transport) => {
    const metrics = metricsOf({ profile: 'delay 50ms', transport, params: { rate: 100 } });
    expect(metrics).toMatchObject({ messages_sent: 500, messages_delivered: 500, messages_missed: 0 });
    expect(metrics['ping_rtt_min_ms']).toBeCloseTo(100, 6);
    expect(metrics['ping_ops_per_s']).toBeUndefined();
  });

  it('counts what is lost either way', () => {
    const { summary, link } = run({ profile: 'delay 5ms loss 10%', transport: 'udp', params: { rate: 200 } });
    expect(summary.metrics['messages_sent']).toBe(1000);
    expect(summary.metrics['messages_lost']).toBe(link.up.lost + link.down.lost);
  });

  it('does not count copies', () => {
    const metrics = metricsOf({ profile: 'delay 5ms duplicate 100%', transport: 'udp', params: { rate: 50 } });
    expect(metrics).toMatchObject({ messages_delivered: 250, messages_lost: 0 });
    // Two copies of every request, each answered, each answer twice.
    expect(metrics['messages_duplicate']).toBeGreaterThan(700);
  });
});

describe('under load', () => {
  /** 100 packets of 1,442 bytes at 10 Mbit/s: 115 ms. */
  const profile = 'delay 10ms rate 10mbit queue 100 packets';

  it('a loss-based flow fills the queue that requests then stand in', () => {
    const given = { profile, transport: 'rudp', options: { cc: 'cubic' }, seconds: 4, drainSeconds: 5 } as const;
    const idle = metricsOf(given);
    const loaded = metricsOf({ ...given, params: { load: 'up' } });
    expect(idle['ping_rtt_p50_ms']).toBeLessThan(21);
    expect(loaded['ping_rtt_p50_ms']).toBeGreaterThan(60);
    expect(loaded['ping_rtt_max_ms']).toBeLessThan(145 + 300);
    expect(loaded['ping_load_bps']).toBeGreaterThan(8e6);
    expect(loaded['ping_load_bps']).toBeLessThan(10e6);
  });

  it.each(['up', 'down', 'both'] as const)('%s: a transport without congestion control fills 95 percent', (load) => {
    const metrics = metricsOf({ profile, transport: 'udp', params: { load }, capacityBps: 9.7e6 });
    expect(metrics['ping_load_bps']).toBeGreaterThan(0.94 * 9.7e6 * (load === 'both' ? 2 : 1));
    expect(metrics['ping_load_bps']).toBeLessThan(0.96 * 9.7e6 * (load === 'both' ? 2 : 1));
    expect(metrics['messages_lost']).toBe(0);
  });

  it('finds the other end although greetings are lost', () => {
    const metrics = metricsOf({
      profile: 'delay 10ms loss 50% rate 10mbit',
      transport: 'udp',
      params: { load: 'down' },
      capacityBps: 5e6,
    });
    expect(metrics['ping_load_bps']).toBeGreaterThan(2e6);
  });
});
