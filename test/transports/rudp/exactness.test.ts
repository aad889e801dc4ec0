import { describe, expect, it } from 'vitest';
import type { PathOptions } from '../../../src/io/sim/network.ts';
import { parseProfile } from '../../../src/link/parse.ts';
import type { Profile } from '../../../src/link/profile.ts';
import { type FlowOptions, flowOver } from './rig.ts';

const SEED = 3;
const MEGABYTE = 1e6;
/** What the link does, at 1400 bytes a message. */
const IMPAIRED: readonly (readonly [what: string, profile: string])[] = [
  ['nothing but a bottleneck', 'delay 20ms rate 50mbit'],
  ['30 % loss both ways', 'delay 10ms loss 30% rate 50mbit'],
  ['bursts of loss', 'delay 20ms loss gemodel 1% 25% rate 50mbit'],
  ['90 % of the packets sent ahead', 'netem delay 20ms reorder 90% | netem delay 10ms rate 50mbit'],
  ['packets sent ahead of 40 ms worth of others, past the bottleneck', 'delay 20ms reorder 50% gap 1'],
  ['jitter of half the delay, at any speed', 'delay 20ms 10ms'],
  ['jitter as long as the delay, and loss', 'netem rate 50mbit | netem delay 20ms 20ms loss 2%'],
  ['20 % duplicates', 'delay 20ms duplicate 20% rate 50mbit'],
  ['damage that the checksum of UDP sees', 'delay 20ms corrupt 5% rate 50mbit'],
  ['an outage of 2 s in the middle', 'delay 20ms rate 10mbit outage every 100s for 2s after 500ms'],
  ['packets let through in bunches', 'delay 20ms rate 50mbit | netem slot 1ms 5ms packets 32'],
  ['a bucket that drops what exceeds it', 'delay 20ms | tbf rate 20mbit burst 16kb limit 16kb'],
];
const ALL_TOGETHER =
  'netem rate 20mbit outage every 100s for 500ms after 1s | netem delay 20ms 5ms loss gemodel 2% 30% duplicate 3% reorder 5% corrupt 2% payload';

/** Transfers everything, closes, and says what went wrong: nothing. */
function expectExact(path: PathOptions, flow: FlowOptions, seconds = 60): ReturnType<typeof flowOver> {
  const run = flowOver(path, flow);
  expect(run.flow.run(seconds * 1e9)).toBe(true);
  expect([run.flow.clientError, run.flow.serverError]).toEqual([undefined, undefined]);
  expect(run.flow.delivered).toBe(flow.messages);
  const { sent, received } = run.flow.digests();
  expect(received).toBe(sent);
  return run;
}

const of = (bytes: number, size: number): FlowOptions => ({ messageBytes: size, messages: Math.ceil(bytes / size) });

describe('everything arrives, in order, whatever the path does', () => {
  it.each(IMPAIRED)('%s', (_what, profile) => {
    expectExact({ profile, seed: SEED }, of(1.5 * MEGABYTE, 1400));
  });

  it.each(IMPAIRED)('%s, in messages of 100 kB', (_what, profile) => {
    expectExact({ profile, seed: SEED }, of(MEGABYTE, 100_000));
  });

  it('the same again: a seed fixes everything', () => {
    const once = () => {
      const { flow, path } = expectExact(
        { profile: ALL_TOGETHER, seed: 9 },
        { ...of(MEGABYTE, 1400), options: { checksum: true } },
      );
      return [flow.finished, flow.client.stats(), path.up.account()];
    };
    expect(once()).toEqual(once());
  });

  it.each([1, 2])('all of it together, and damage that only a checksum of its own sees (seed %i)', (seed) => {
    const options = { checksum: true };
    expectExact({ profile: ALL_TOGETHER, seed }, { ...of(MEGABYTE, 1400), options });
    expectExact({ profile: ALL_TOGETHER, seed }, { ...of(MEGABYTE, 9000), options });
    expectExact({ profile: ALL_TOGETHER, seed }, { ...of(20_000, 1), options });
  });

  it('messages of one byte, a megabyte, and all between', () => {
    const profile = 'delay 10ms loss 3% rate 100mbit';
    expectExact({ profile, seed: SEED }, of(30_000, 1));
    expectExact({ profile, seed: SEED }, of(4 * MEGABYTE, MEGABYTE));
    expectExact({ profile, seed: SEED }, { messageBytes: [1, 1400, 0, 20_000, 3, 1_000_000, 100], messages: 28 });
  });

  it('over IPv6, in packets that are shorter by 20 bytes', () => {
    const hosts = { clients: ['fd00::1'], servers: ['fd00::2'] };
    const { flow } = expectExact(
      { profile: 'delay 10ms loss 3% rate 50mbit', seed: SEED, ...hosts },
      of(MEGABYTE, 1400),
    );
    expect(flow.client.settings()['max_payload_bytes']).toBe(1452);
  });

  it('both ways at once', () => {
    const profile = 'netem rate 20mbit | netem delay 10ms 2ms loss 3% duplicate 2%';
    const { flow } = expectExact({ profile, seed: SEED }, { ...of(MEGABYTE, 1400), bothWays: true });
    expect(flow.backArrivals.count).toBe(flow.source.taken);
    expect(flow.backDigests().received).toBe(flow.backDigests().sent);
  });
});

describe('damage that no checksum sees', () => {
  it('arrives, or ends the connection, without the option checksum: the comparison can fail', () => {
    const { flow } = flowOver({ profile: 'delay 10ms corrupt 2% payload rate 50mbit', seed: SEED }, of(MEGABYTE, 1400));
    flow.run(10e9);
    const { sent, received } = flow.digests();
    expect(received).not.toBe(sent);
  });

  it('does no harm with it, and counts as loss', () => {
    const path = { profile: 'delay 10ms corrupt 2% payload rate 50mbit', seed: SEED };
    const { flow, path: link } = expectExact(path, { ...of(MEGABYTE, 1400), options: { checksum: true } });
    const { corrupted, queueDropped } = link.up.account();
    const lost = flow.client.stats().packetsDeclaredLost ?? 0;
    expect(corrupted).toBeGreaterThan(5);
    expect(lost - queueDropped).toBeGreaterThan(0.7 * corrupted);
  });
});

describe('a path that changes', () => {
  it('is up again after an outage: data flows on within a second', () => {
    // Time-outs of PTO = srtt + 4 rttvar + 5 ms double three times at most: with a queue of one round trip, srtt <= 0.14 s, they are
    // 8 * 0.1 s apart, and a probe needs half a round trip.
    const { flow } = expectExact(
      { profile: 'delay 20ms rate 10mbit outage every 100s for 2s after 500ms', seed: SEED },
      of(2 * MEGABYTE, 1400),
    );
    const start = 1e9 + 0.5e9;
    const before = flow.arrivals.times.filter((at) => at < start + 0.2e9);
    const after = flow.arrivals.times.filter((at) => at > start + 2e9);
    expect(before.length).toBeGreaterThan(100);
    expect(before.length + after.length).toBe(flow.delivered);
    expect((after[0] - (start + 2e9)) / 1e9).toBeLessThan(1);
  });

  it('becomes a hundredth as fast, and as fast as before again', () => {
    const profile = steps([
      [0.3, 100],
      [1.5, 1],
      [9, 100],
    ]);
    const { flow } = expectExact({ profile, seed: SEED }, of(7 * MEGABYTE, 1400));
    // 3.75 MB pass in the first 0.3 s at most, 0.19 MB in the next 1.5 s; the rest takes 0.25 s once the speed has been found again.
    expect((flow.finished - flow.opened) / 1e9).toBeLessThan(0.3 + 1.5 + 3);
  });

  it.each(['vanish', 'refuse'] as const)(
    'carries only 1300 bytes a packet from some time on (too long ones: %s)',
    (oversize) => {
      const { flow, network, path } = flowOver(
        { profile: 'delay 10ms loss 1% rate 20mbit', seed: SEED, oversize },
        of(2 * MEGABYTE, 1400),
      );
      network.loop.after(0.3e9, () => {
        path.up.mtu = 1300;
        path.down.mtu = 1300;
      });
      expect(flow.run(10e9)).toBe(true);
      expect(flow.digests().received).toBe(flow.digests().sent);
      expect(flow.client.settings()['max_payload_bytes']).toBeLessThanOrEqual(1272);
      expect((flow.finished - flow.opened) / 1e9).toBeLessThan(2.5);
    },
  );
});

/** A path of 20 ms that is so many Mbit/s fast for so many seconds, one after the other, over and over. */
function steps(parts: readonly (readonly [seconds: number, mbits: number])[]): Profile {
  const lines: number[] = [];
  let start = 0;
  for (const [seconds, mbits] of parts) {
    const opportunities = Math.round((seconds * mbits * 1e6) / (8 * 1504));
    for (let i = 1; i <= opportunities; i++) lines.push(Math.round(1e3 * (start + (seconds * i) / opportunities)));
    start += seconds;
  }
  return parseProfile('up: delay 10ms trace t queue 100ms down: delay 10ms', { read: () => `${lines.join('\n')}\n` });
}
