import { describe, expect, it } from 'vitest';
import { flowOver } from './rig.ts';

const SECOND = 1e9;
const WINDOW = 65_536;

describe('the receive window', () => {
  it('bounds what is under way, and the sender says that it was held back', () => {
    const { flow } = flowOver({ profile: 'delay 20ms rate 100mbit', seed: 1 }, { options: { window: '64kb' } });
    flow.runUntil(() => false, 2 * SECOND);
    // One window per round trip of 40 ms at most: 13 Mbit/s. Half of it must be used up before more is granted.
    const goodput = (8 * flow.deliveredBytes) / ((flow.finished - flow.opened) / SECOND);
    expect(goodput).toBeLessThan((8 * WINDOW) / 0.04);
    expect(goodput).toBeGreaterThan((0.5 * 8 * WINDOW) / 0.04);
    expect(flow.client.stats().receiveWindowLimitedRatio).toBeGreaterThan(0.3);
    expect(flow.server?.settings()['receive_window_bytes']).toBe(WINDOW);
  });

  it('grows until it no longer holds the sender back, whatever is lost', () => {
    // 100 Mbit/s for 0.4 s of round trip are 5 MB, and behind a hole as much may gather two or three times; it starts with 4 MB.
    const { flow } = flowOver(
      { profile: 'netem rate 100mbit | netem delay 200ms loss 1%', seed: 1 },
      { options: { iw: 300 } },
    );
    flow.runUntil(() => false, 5 * SECOND);
    const before = flow.deliveredBytes;
    flow.runUntil(() => false, 2 * SECOND);
    expect(flow.server?.settings()['receive_window_bytes']).toBeGreaterThanOrEqual(16 << 20);
    expect((8 * (flow.deliveredBytes - before)) / 2 / 1e6).toBeGreaterThan(0.9 * 0.99 * 0.95 * 100);
  });

  it('takes messages of a quarter of it at most, of any size below', () => {
    const { flow } = flowOver(
      { profile: 'delay 5ms loss 2% rate 50mbit', seed: 1 },
      { options: { window: '64kb' }, messageBytes: [WINDOW / 4, 1, 5000], messages: 90 },
    );
    expect(flow.run(60 * SECOND)).toBe(true);
    expect(flow.digests().received).toBe(flow.digests().sent);
    expect(flow.client.maxMessageBytes).toBe(WINDOW / 4);
    expect(() => flow.client.send(new Uint8Array(WINDOW), 0, WINDOW / 4 + 1, 1)).toThrow('window');
  });

  it.each([
    ['what grants more', 'up: delay 10ms down: delay 10ms loss 50%'],
    ['the word that more is wanted', 'up: delay 10ms loss 50% down: delay 10ms'],
    ['either', 'delay 10ms loss 40%'],
  ])('never comes to a standstill, though %s is lost', (_what, profile) => {
    const { flow } = flowOver(
      { profile, seed: 2 },
      { options: { window: '64kb' }, messageBytes: 1000, messages: 1000 },
    );
    // 16 windows.
    expect(flow.run(30 * SECOND)).toBe(true);
    expect(flow.digests().received).toBe(flow.digests().sent);
  });

  it('goes on after a receiver that heard nothing for a while', () => {
    const { flow, network, path } = flowOver(
      { profile: 'delay 10ms rate 100mbit', seed: 2 },
      { options: { window: '64kb' }, messageBytes: 1000, messages: 2000 },
    );
    network.loop.after(0.3 * SECOND, () => path.servers[0].pause(0.5 * SECOND));
    expect(flow.run(10 * SECOND)).toBe(true);
    expect(flow.digests().received).toBe(flow.digests().sent);
  });
});
