import { expect, test } from 'vitest';
import {
  type VirtualOutcome,
  type VirtualSetup,
  virtualTrial,
} from '../../../src/conformance/scenario/virtual-trial.ts';
import { SimNetwork } from '../../../src/io/sim/network.ts';
import type { ClientResult } from '../../../src/scenarios/chat/client-result.ts';
import { chat } from '../../../src/scenarios/chat/index.ts';
import type { ServerResult } from '../../../src/scenarios/chat/server.ts';
import { rudp } from '../../../src/transports/rudp/index.ts';
import type { Transport } from '../../../src/transports/transport.ts';
import { udp } from '../../../src/transports/udp.ts';

interface Outcome extends VirtualOutcome {
  readonly client: ClientResult;
  readonly server: ServerResult;
}

function play(profile: string, transport: Transport<never>, setup: Partial<VirtualSetup>, seed = 11): Outcome {
  const path = new SimNetwork().path({ profile, seed });
  return virtualTrial(path, chat, transport as Transport, { seconds: 4, ...setup }) as Outcome;
}

/** Every copy is in exactly one of the places where copies can end up. */
function expectBalance({ client, server, summary: { metrics } }: Outcome, others: number): void {
  const { account } = server;
  expect(client.owed).toBe(client.sent * others);
  expect(account.due).toBe(account.taken * others);
  expect(account.due).toBe(account.handed + account.dropped);
  expect(metrics['messages_sent']).toBe((metrics['messages_delivered'] ?? 0) + (metrics['messages_lost'] ?? 0));
  expect(client.strays).toBe(0);
  expect(client.negativeDelays).toBe(0);
}

test('udp: what the link loses on both ways is what is missing, copy by copy', () => {
  const outcome = play('delay 10ms loss 5%', udp as Transport<never>, { params: { clients: 12, room: 4, rate: 50 } });
  const { client, server, link, summary } = outcome;
  expectBalance(outcome, 3);
  // After the pause between warm-up and window nothing but the window's messages crosses the link.
  expect(link.up.packetsIn).toBe(client.sent);
  expect(link.up.lost).toBe(client.sent - server.account.taken);
  expect(link.down.packetsIn).toBe(server.account.handed);
  expect(link.down.lost).toBe(server.account.handed - client.delivered);
  expect(client.duplicates).toBe(0);
  expect(client.violations).toBe(0);
  // A copy crosses two links: 1 - 0.95^2 = 9.75 %. Losses of one message upwards take three copies along, so that the variance of about
  // 7,200 copies is at most three times binomial: 4.9 standard deviations are 4.9 sqrt(3 * 0.0975 * 0.9025 / 7200) = 3 %.
  expect(summary.metrics['loss_ratio']).toBeGreaterThan(0.0675);
  expect(summary.metrics['loss_ratio']).toBeLessThan(0.1275);
  expect(summary.delay?.seconds[0]).toBeCloseTo(0.02, 8);
  // 12 clients, 50 messages a second, 4 seconds: Poisson, 2400 +- 4.9 * 49.
  expect(Math.abs(client.sent - 2400)).toBeLessThan(240);
});

test('udp: copies that the link makes are told from first ones, and order from disorder', () => {
  const profile = 'delay 10ms 8ms duplicate 5%';
  const outcome = play(profile, udp as Transport<never>, { params: { clients: 10, room: 5, rate: 60 } });
  const { client, server, link } = outcome;
  const duplicatedUp = server.account.taken - client.sent;
  expect(duplicatedUp).toBe(link.up.duplicated);
  expect(client.delivered).toBe(client.owed);
  expect(client.duplicates).toBe(4 * duplicatedUp + link.down.duplicated);
  expect(client.violations).toBeGreaterThan(0);
});

test('rudp: everything comes, once and in order, whatever the link does', () => {
  const profile = 'delay 10ms 5ms loss 5% duplicate 2%';
  const setup = { params: { clients: 9, room: 3, rate: 20, size: '60-400' }, drainSeconds: 5 };
  const outcome = play(profile, rudp as Transport<never>, setup);
  expectBalance(outcome, 2);
  const { client, server, summary } = outcome;
  expect(server.account.taken).toBe(client.sent);
  expect(client.delivered).toBe(client.owed);
  expect([client.duplicates, client.violations, server.account.dropped]).toEqual([0, 0, 0]);
  expect(summary.metrics).toMatchObject({ loss_ratio: 0, chat_delivery_ratio: 1, chat_fairness: 1 });
  expect(summary.metrics['retransmits']).toBeGreaterThan(0);
  expect(summary.flags).toEqual([]);
});

test.each(['drop-oldest', 'disconnect'])('rudp: a way back that is too narrow, and the policy %s', (policy) => {
  // Nine copies of some 100 bytes for each message: 10 clients * 40/s * 9 * 800 bit are 2.9 Mbit/s for a way of 1.
  const params = { clients: 10, room: 10, rate: 40, queue: 10, policy };
  const profile = 'up: delay 5ms down: delay 5ms rate 1mbit';
  const options = { mode: 'ordered' };
  const outcome = play(profile, rudp as Transport<never>, { params, options, drainSeconds: 30, seconds: 3 });
  const { client, server, summary } = outcome;
  expect(server.account.due).toBe(server.account.handed + server.account.dropped);
  expect(server.account.dropped).toBeGreaterThan(0);
  expect(client.duplicates).toBe(0);
  expect(client.violations).toBe(0);
  if (policy === 'drop-oldest') {
    expect(server.account.disconnected).toBe(0);
    expect(client.delivered).toBe(server.account.handed);
    expect(client.owed - client.delivered).toBe(server.account.dropped);
  } else {
    expect(server.account.disconnected).toBeGreaterThan(0);
    expect(client.delivered).toBeLessThanOrEqual(server.account.handed);
  }
  expect(summary.flags.map(({ name }) => name)).toContain('backlogged');
  expect(summary.flags.find(({ reason }) => reason.includes('the server dropped'))).toBeDefined();
});

test('one client has nobody to talk to', () => {
  const outcome = play('delay 1ms', udp as Transport<never>, { params: { clients: 1, rate: 10 } });
  expect(outcome.client).toMatchObject({ owed: 0, delivered: 0 });
  expect(outcome.client.sent).toBeGreaterThan(0);
  expect(outcome.summary.metrics).not.toHaveProperty('loss_ratio');
  expect(outcome.summary.metrics).not.toHaveProperty('delay_p50_ms');
});

test('the same seed gives the same trial', () => {
  const once = () => play('delay 10ms loss 2%', udp as Transport<never>, { params: { clients: 6, room: 3 } });
  const untimed = ({ client, server }: Outcome) => ({ client, account: server.account });
  expect(untimed(once())).toEqual(untimed(once()));
});
