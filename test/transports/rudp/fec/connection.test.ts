import { describe, expect, it } from 'vitest';
import { SimNetwork } from '../../../../src/io/sim/network.ts';
import { seeded } from '../../../../src/stats/xoshiro.ts';
import { Flow, type FlowOptions, flowOver, SERVER_PORT } from '../rig.ts';

const MS = 1e6;
const K = 10;
const R = 3;
const N = K + R;
/** Below the round trip of 80 ms: what is lost cannot be sent again in time. Blocks stay open for a quarter. */
const DEADLINE_MS = 75;
const OPTIONS = { mode: 'deadline', deadline: `${DEADLINE_MS}ms`, cc: 'fixed', rate: '50mbit', fec: `${K}+${R}` };
const ONE_WAY_MS = 40;
const PROFILE = `delay ${ONE_WAY_MS}ms`;
/** Each in a packet of its own, which is so long that no packet without data or repair is. */
const MESSAGE_BYTES = 1000;

const carriesData = (bytes: Uint8Array): boolean => bytes[0] < 0x80 && bytes.length >= MESSAGE_BYTES;

/** Messages every so often; `loses` is asked for each packet with data or a repair, in their order, right before it would arrive. */
function paced(
  loses: (index: number) => boolean,
  flow: FlowOptions,
): { flow: Flow; repairs: number; largest: number; sizes: number[] } {
  const network = new SimNetwork();
  const { clients, servers } = network.path({ profile: PROFILE, seed: 1 });
  const sizes: number[] = [];
  network.tap = {
    arriving: ({ to, bytes }) => {
      if (to.port !== SERVER_PORT || !carriesData(bytes)) return undefined;
      sizes.push(bytes.length);
      return loses(sizes.length - 1) ? 'drop' : undefined;
    },
  };
  const made = new Flow(network, clients[0], servers[0], { options: OPTIONS, messageBytes: MESSAGE_BYTES, ...flow });
  expect(made.run(60e9)).toBe(true);
  expect([made.clientError, made.serverError]).toEqual([undefined, undefined]);
  return { flow: made, repairs: sizes.length - (flow.messages ?? 0), largest: Math.max(...sizes), sizes };
}

/** How long each message that arrived was under way, ms. */
const delays = ({ arrivals, source }: Flow): number[] =>
  arrivals.indices.map((index, i) => (arrivals.times[i] - source.takenAt[index]) / MS);

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const ascending = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

/** Probabilities of 0, 1, 2, ... successes in `n` independent trials. */
function binomial(n: number, p: number): number[] {
  const odds = Math.log(p / (1 - p));
  let log = n * Math.log(1 - p);
  return upTo(n + 1).map((i) => {
    if (i > 0) log += Math.log((n - i + 1) / i) + odds;
    return Math.exp(log);
  });
}

/** Counts that are exceeded, upwards or downwards, once in a million. */
function bounds(n: number, p: number): { least: number; most: number } {
  const chances = binomial(n, p);
  let least = 0;
  for (let below = chances[0]; below < 0.5e-6; below += chances[least]) least++;
  let most = n;
  for (let above = chances[n]; above < 0.5e-6; above += chances[most]) most--;
  return { least, most };
}

describe('repair packets of a connection', () => {
  it('bring every message of a block that lost no more of its packets than it has repairs, and no other', () => {
    const messages = 600;
    const random = seeded(3);
    const lost: boolean[] = [];
    const { flow, repairs } = paced(
      (index) => {
        lost[index] = random() < 0.2;
        return lost[index];
      },
      { messages, everyNs: MS },
    );
    expect(repairs).toBe((messages / K) * R);
    expect(flow.client.stats().retransmits).toBe(0);
    const arrives = (message: number): boolean => {
      const first = N * Math.floor(message / K);
      return !lost[first + (message % K)] || lost.slice(first, first + N).filter(Boolean).length <= R;
    };
    const expected = upTo(messages).filter(arrives);
    // A quarter of the blocks is beyond repair, and most of the losses of others are not.
    expect(expected.length).toBeLessThan(messages * 0.95);
    expect(ascending(flow.arrivals.indices)).toEqual(expected);
  });

  it('come when the block is full: what they bring is late by no more than that', () => {
    const { flow } = paced((index) => index % N === 2 || index % N === 5, { messages: 400, everyNs: MS });
    expect(ascending(flow.arrivals.indices)).toEqual(upTo(400));
    const late = delays(flow);
    flow.arrivals.indices.forEach((index, i) => {
      const place = index % K;
      const wait = place === 2 || place === 5 ? K - 1 - place : 0;
      expect(late[i]).toBeGreaterThanOrEqual(ONE_WAY_MS + wait);
      expect(late[i]).toBeLessThan(ONE_WAY_MS + wait + 1);
    });
  });

  it.each([
    [0.05, 8000],
    [0.15, 4000],
  ])('leave the share of blocks beyond repair that is to be expected when the link loses %f', (p, messages) => {
    const { flow, path } = flowOver(
      { profile: `up: ${PROFILE} loss ${100 * p}% down: ${PROFILE}`, seed: 11 },
      { options: OPTIONS, messageBytes: MESSAGE_BYTES, messages, everyNs: MS },
    );
    expect(flow.run(60e9)).toBe(true);
    const { retransmits = -1, packetsSent = 0 } = flow.client.stats();
    expect(retransmits).toBe(0);
    // (k + r) / k, and some that have neither data nor a repair.
    expect(packetsSent).toBeGreaterThanOrEqual((messages * N) / K);
    expect(packetsSent).toBeLessThan((messages * N) / K + 50);
    expect(path.up.account().packetsIn - packetsSent).toBeLessThan(16);
    const arrived = new Set(flow.arrivals.indices);
    expect(arrived.size).toBe(flow.delivered);
    const missing = upTo(messages).filter((index) => !arrived.has(index));
    // With more than r of k + r lost, at least one of the k is.
    const beyond = binomial(N, p)
      .slice(R + 1)
      .reduce((sum, chance) => sum + chance);
    // Where the client's proof of its address was lost, the first blocks are lost with it.
    const blocks = new Set(missing.map((index) => Math.floor(index / K)).filter((block) => block >= 10)).size;
    const { least, most } = bounds(messages / K - 10, beyond);
    expect(blocks).toBeGreaterThanOrEqual(least);
    expect(blocks).toBeLessThanOrEqual(most);
  });

  it('come after a quarter of the deadline for messages so rare that no block fills', () => {
    const { flow, repairs } = paced((index) => index % 2 === 0 && index % 3 === 0, { messages: 60, everyNs: 25 * MS });
    expect(repairs).toBe(60);
    expect(ascending(flow.arrivals.indices)).toEqual(upTo(60));
    const late = delays(flow).filter((delay) => delay > ONE_WAY_MS + 1);
    expect(late.length).toBe(20);
    for (const delay of late) expect(Math.abs(delay - ONE_WAY_MS - DEADLINE_MS / 4)).toBeLessThan(0.1);
  });

  it('save a repetition: the sender learns what was rebuilt', () => {
    const patient = { ...OPTIONS, deadline: '1s' };
    const lastOfBlock = (index: number): boolean => index % N === K - 1;
    const repaired = paced(lastOfBlock, { messages: 500, everyNs: MS, options: patient });
    expect(ascending(repaired.flow.arrivals.indices)).toEqual(upTo(500));
    expect(repaired.flow.client.stats()).toMatchObject({ retransmits: 0, packetsDeclaredLost: 50 });

    const { fec: _, ...plain } = patient;
    const repeated = paced((index) => index % K === K - 1, { messages: 500, everyNs: MS, options: plain });
    expect(repeated.flow.client.stats().retransmits).toBeGreaterThan(40);
  });

  it('fit the packets of a path that is full, with messages of all sizes and a checksum', () => {
    const random = seeded(8);
    const messageBytes = [1404, 300, 5000, 40, 1300, 20_000, 1200];
    const messages = 700;
    const run = (fec: object): { flow: Flow; largest: number } =>
      paced(() => random() < 0.03, {
        messages,
        messageBytes,
        everyNs: 2 * MS,
        options: { ...OPTIONS, fec: undefined, checksum: true, ...fec },
      });
    const { flow, largest } = run({ fec: '10+4' });
    expect(largest).toBeLessThanOrEqual(1472);
    expect(largest).toBeGreaterThan(1460);
    expect(flow.arrivals.indices).not.toContain(-1);
    expect(new Set(flow.arrivals.indices).size).toBe(flow.delivered);
    // Of those of one packet 3 % would be missing, of those of 15 a third: 7 % of all. 10+4 leaves 1e-3 of the packets.
    expect(flow.delivered).toBeGreaterThan(messages * 0.985);
    expect(run({}).flow.delivered).toBeLessThan(messages * 0.96);
  });

  it('are not made of repetitions', () => {
    const lost = new Set([0, 1, 2, 3, 4, 5, 10, 11, 12]);
    const { flow, repairs } = paced((index) => lost.has(index), {
      messages: 100,
      everyNs: MS,
      options: { ...OPTIONS, deadline: '1s' },
    });
    expect(ascending(flow.arrivals.indices)).toEqual(upTo(100));
    expect(flow.client.stats().retransmits).toBe(6);
    expect(repairs).toBe(30 + 6);
  });

  it('do not hold up a connection whose path carries less than it did', () => {
    const { flow, path } = flowOver(
      { profile: PROFILE, seed: 2 },
      { options: OPTIONS, messageBytes: 1400, messages: 3000, everyNs: MS },
    );
    flow.runUntil(() => flow.delivered >= 500, 10e9);
    path.up.mtu = 1300;
    expect(flow.run(60e9)).toBe(true);
    expect(path.up.vanished).toBeGreaterThan(0);
    expect(flow.arrivals.indices.filter((index) => index >= 2000).length).toBe(1000);
  });

  it('serve both directions, with packets that have no room for more', () => {
    const network = new SimNetwork();
    const { clients, servers } = network.path({ profile: PROFILE, seed: 1 });
    const packets = new Map<number, number>();
    network.tap = {
      arriving: ({ to: { port }, bytes }) => {
        if (!carriesData(bytes)) return undefined;
        const index = packets.get(port) ?? 0;
        packets.set(port, index + 1);
        return [0, 4, 9].includes(index % N) ? 'drop' : undefined;
      },
    };
    const given = { options: OPTIONS, messageBytes: [1424, MESSAGE_BYTES], messages: 300, bothWays: true };
    const flow = new Flow(network, clients[0], servers[0], given);
    expect(flow.run(60e9)).toBe(true);
    expect([...packets.values()]).toEqual([30 * N, 30 * N]);
    expect(ascending(flow.arrivals.indices)).toEqual(upTo(300));
    expect(ascending(flow.backArrivals.indices)).toEqual(upTo(300));
    expect(flow.client.stats().retransmits).toBe(0);
  });
});
