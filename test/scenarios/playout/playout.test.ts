import { describe, expect, it } from 'vitest';
import { type VirtualSetup, virtualTrial } from '../../../src/conformance/scenario/virtual-trial.ts';
import { SimNetwork } from '../../../src/io/sim/network.ts';
import { playout } from '../../../src/scenarios/playout/index.ts';
import { rudp } from '../../../src/transports/rudp/index.ts';
import type { Transport } from '../../../src/transports/transport.ts';
import { udp } from '../../../src/transports/udp.ts';

const TRANSPORTS = { udp, rudp } as unknown as Record<string, Transport>;

function run(
  name: 'udp' | 'rudp',
  profile: string,
  params: Record<string, unknown> = {},
  setup: Partial<VirtualSetup> = {},
) {
  const path = new SimNetwork().path({ profile, seed: 11 });
  const given = { clip: 'synthetic', bitrate: '1mbit', ...params };
  return virtualTrial(path, playout, TRANSPORTS[name] as Transport, {
    seconds: 5,
    drainSeconds: 2,
    ...setup,
    params: given,
  });
}

const seriesOf = ({ summary }: ReturnType<typeof run>, metric: string) =>
  summary.series?.find((series) => series.metric === metric);

describe('over udp', () => {
  it('a clean path shows all frames at their times', () => {
    const outcome = run('udp', 'delay 30ms');
    const { metrics } = outcome.summary;
    expect(metrics).toMatchObject({
      playout_frames: 150,
      playout_late_ratio: 0,
      playout_lost_ratio: 0,
      playout_freeze_ratio: 0,
    });
    expect(metrics['playout_startup_ms']).toBeCloseTo(230, 6);
    expect(metrics['delay_p50_ms']).toBeCloseTo(30, 1);
    expect(metrics['stalls']).toBeUndefined();
    const lateness = seriesOf(outcome, 'playout_lateness_ms');
    expect(lateness?.t).toHaveLength(150);
    for (const ms of lateness?.values ?? []) expect(ms).toBeCloseTo(-200, 1);
    expect(lateness?.t[1]).toBeCloseTo(0.23 + 1 / 30, 6);
  });

  it('a frame is lost with any of its parts', () => {
    const outcome = run('udp', 'delay 10ms loss 2%');
    const { metrics } = outcome.summary;
    expect(metrics['messages_sent']).toBe(outcome.link.up.packetsIn);
    expect(metrics['messages_lost']).toBe(outcome.link.up.lost);
    const lost = seriesOf(outcome, 'playout_lost');
    expect(lost?.values.length).toBe(Math.round((metrics['playout_lost_ratio'] ?? 0) * 150));
    expect(lost?.values.length).toBeGreaterThan(0);
    // More parts than frames: what is lost of the ones is more than what is lost of the others.
    expect(metrics['playout_lost_ratio']).toBeGreaterThan(metrics['loss_ratio'] ?? 1);
    expect(metrics['playout_freeze_ratio']).toBeCloseTo(metrics['playout_lost_ratio'] ?? 1, 9);
  });

  it('what comes twice counts once', () => {
    const { metrics } = run('udp', 'delay 10ms duplicate 100%').summary;
    expect(metrics['messages_duplicate']).toBe(metrics['messages_sent']);
    expect(metrics).toMatchObject({ playout_lost_ratio: 0, messages_lost: 0 });
  });

  it('a buffer that is too shallow makes frames late, or stalls, as is asked for', () => {
    const profile = 'delay 60ms 50ms keep-order';
    // Frames of one part each.
    const small = { bitrate: '200kbit', factor: 1 };
    const skip = run('udp', profile, { ...small, buffer: '10ms' }).summary.metrics;
    expect(skip['playout_late_ratio']).toBeGreaterThan(0.1);
    expect(skip['playout_freeze_ratio']).toBeCloseTo(skip['playout_late_ratio'] ?? 0, 9);
    const wait = run('udp', profile, { ...small, buffer: '10ms', policy: 'wait' }).summary.metrics;
    expect(wait['stalls']).toBeGreaterThan(0);
    expect(wait['stall_s']).toBeGreaterThan(0);
    // Every stall deepens the buffer of those that follow.
    expect(wait['playout_late_ratio']).toBeLessThan(skip['playout_late_ratio'] ?? 0);
    expect(run('udp', profile, { ...small, buffer: '300ms' }).summary.metrics['playout_late_ratio']).toBe(0);
  });

  it('goes down as well as up', () => {
    const { summary, link } = run('udp', 'up: delay 10ms down: delay 10ms loss 3%', { direction: 'down' });
    expect(summary.metrics['messages_lost']).toBe(link.down.lost);
    expect(summary.metrics['playout_frames']).toBe(150);
  });
});

describe('over rudp', () => {
  it('in order: nothing is lost, and one lost packet holds up the frames behind it', () => {
    const { metrics } = run('rudp', 'delay 60ms loss 3%', { buffer: '50ms' }, { drainSeconds: 10 }).summary;
    expect(metrics).toMatchObject({ playout_lost_ratio: 0, messages_lost: 0 });
    expect(metrics['stalls']).toBeGreaterThan(0);
    expect(metrics['playout_freeze_ratio']).toBeCloseTo((metrics['stall_s'] ?? 0) / 5, 9);
  });

  it.each(['deadline', 'sequenced'])('mode=%s goes on without what does not come', (mode) => {
    const { metrics } = run('rudp', 'delay 60ms loss 3%', { buffer: '50ms' }, { options: { mode } }).summary;
    expect(metrics['stalls']).toBeUndefined();
    expect(metrics['playout_frames']).toBe(150);
    expect(metrics['playout_late_ratio']).toBeLessThan(0.2);
  });

  it('a path that is too slow for the clip stalls, and all of it is shown in the end', () => {
    const { metrics } = run('rudp', 'delay 20ms rate 800kbit', {}, { drainSeconds: 20 }).summary;
    expect(metrics).toMatchObject({ playout_lost_ratio: 0 });
    expect(metrics['duration_s']).toBeGreaterThan(5.5);
    expect(metrics['stall_s']).toBeGreaterThan(0.5);
  });
});
