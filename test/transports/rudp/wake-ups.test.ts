import { describe, expect, it } from 'vitest';
import { congestionControls } from '../../../src/transports/rudp/congestion/index.ts';
import { Driven } from './driven.ts';
import { flowOver } from './rig.ts';

const MS = 1e6;
const SECOND = 1e9;

describe('an engine that lacks credit', () => {
  it('says so at once, also when nothing is in flight', () => {
    const sender = new Driven({ remote: { maxData: 3000 } });
    sender.offer(996, 3);
    sender.wait(5 * MS);
    sender.acknowledge([0, sender.sent - 1]);
    sender.wait(5 * MS);
    sender.acknowledge([0, sender.sent - 1]);
    sender.frames = [];
    sender.offer(996, 1);
    expect(sender.frames).toEqual([['blocked 3000']]);
  });

  it('says at once what it has given up', () => {
    const sender = new Driven({ local: { mode: 'deadline' }, remote: { maxData: 4000 } });
    sender.offer(996, 4);
    sender.wait(5 * MS);
    const last = sender.sent - 1;
    sender.now += 150 * MS;
    // The first message is missing, and too old to be sent again.
    sender.acknowledge([0, 0], [last - 2, last]);
    sender.wait(50 * MS);
    sender.acknowledge([0, 0], [last - 2, sender.sent - 1]);
    sender.frames = [];
    sender.offer(996, 1);
    expect(sender.frames.flat().toSorted()).toEqual(['blocked 4000', 'skip 4000']);
  });
});

describe('an application that wants to send', () => {
  it('is not told of room that there is none: a sender with less memory than it has credit', () => {
    const { flow } = flowOver(
      { profile: 'delay 100ms rate 200mbit', seed: 1 },
      { options: { window: '64kb' }, serverOptions: { window: '64mb' }, messageBytes: 16_000, messages: 150 },
    );
    // Virtual time would stand still.
    expect(flow.run(30 * SECOND)).toBe(true);
    expect(flow.digests().received).toBe(flow.digests().sent);
  });
});

describe('a probe after silence', () => {
  it('repeats the oldest data, though a packet without data is older', () => {
    const sender = new Driven();
    sender.offer(996, 1);
    sender.wait(MS);
    sender.frames = [];
    sender.wait(200 * MS);
    expect(sender.frames.slice(0, 2).flat()).toContain('data 0+1000');
  });

  it('goes on when so much is in flight that no more data may follow', () => {
    const sender = new Driven({
      makeControl: congestionControls.none,
      maxWindow: 64 << 20,
      local: { mode: 'unordered' },
      remote: { maxData: 1 << 30 },
    });
    sender.looks = false;
    for (let i = 0; i < 135_000; i++) sender.offer(60, 1);
    const before = sender.sent;
    expect(before).toBeLessThan(131_072);
    expect(sender.wait(5 * SECOND)).toBeLessThan(100);
    expect(sender.sent - before).toBeGreaterThan(10);
  });
});

describe('what small packets tell of the path', () => {
  it('is nothing of its MTU: those of a chat may be lost for ever without a search for it', () => {
    const { flow, network } = flowOver(
      { profile: 'delay 20ms loss 5%', seed: 1 },
      { messageBytes: 100, messages: 1000, everyNs: 100 * MS },
    );
    let largest = 0;
    network.tap = { sent: ({ bytes }) => (largest = Math.max(largest, bytes[0] & 0x80 ? 0 : bytes.length)) };
    expect(flow.run(150 * SECOND)).toBe(true);
    expect(flow.client.stats().packetsDeclaredLost).toBeGreaterThan(20);
    expect(largest).toBeLessThan(1200);
  });
});

describe('acknowledgements of a path that has lost much', () => {
  it('do not leave before they are due, when data goes both ways', () => {
    const { flow, network } = flowOver(
      { profile: 'rate 20mbit | delay 20ms loss 5%', seed: 1 },
      { bothWays: true, messages: 2000, messageBytes: 1000 },
    );
    let [full, small] = [0, 0];
    network.tap = { sent: ({ bytes }) => (bytes.length < 400 ? small++ : full++) };
    expect(flow.run(30 * SECOND)).toBe(true);
    // One for two packets is what a receiver begins with.
    expect(small / full).toBeLessThan(0.4);
  });
});
