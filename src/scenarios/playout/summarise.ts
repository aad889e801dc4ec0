import type { Flag, Metrics, Series } from '../../record/schema.ts';
import { FEW_SAMPLES } from '../percentile-metrics.ts';
import type { Finished, Summary } from '../scenario.ts';
import { since } from '../stream/transport-samples.ts';
import { type PlayoutParams, traceOf } from './params.ts';
import { type Played, play } from './play.ts';
import type { ReceiverResult } from './receiver.ts';
import type { SenderResult } from './sender.ts';
import { intervalOf } from './trace.ts';

const LATE_TOLERATED = 0.01;

export function summarisePlayout({ params, client, server }: Finished<PlayoutParams>): Summary {
  const [sender, receiver] = (params.direction === 'up' ? [client, server] : [server, client]) as [
    SenderResult,
    ReceiverResult,
  ];
  const intervalNs = intervalOf(traceOf(params));
  const came = receiver.came.map((at) => at ?? undefined);
  const played = play({ intervalNs, came }, params.buffer, receiver.policy);
  return {
    metrics: {
      ...volume(sender, receiver),
      ...delays(receiver),
      ...playing(came, played, intervalNs),
      ...(receiver.policy === 'wait' ? stalling(played) : {}),
    },
    flags: flags(sender),
    ...(receiver.delay ? { delay: receiver.delay.curve } : {}),
    series: series(came, played),
  };
}

function volume(sender: SenderResult, { account, bytes, lastSeconds }: ReceiverResult): Metrics {
  const { windowSeconds, before, after } = sender;
  const seconds = Math.max(windowSeconds, lastSeconds);
  const retransmits = since(before.retransmits, after.retransmits);
  return {
    duration_s: seconds,
    offered_bps: (sender.bytes * 8) / windowSeconds,
    goodput_bps: (bytes * 8) / seconds,
    messages_sent: account.sent,
    messages_delivered: account.delivered,
    messages_lost: account.lost,
    messages_duplicate: account.duplicates,
    ...(account.sent > 0 ? { loss_ratio: account.lost / account.sent } : {}),
    ...(account.delivered > 0 ? { reordered_ratio: account.reordered / account.delivered } : {}),
    ...(account.lossPeriodMean === undefined ? {} : { loss_period_mean: account.lossPeriodMean }),
    ...(retransmits === undefined ? {} : { retransmits }),
    ...(after.srttSeconds === undefined ? {} : { srtt_ms: after.srttSeconds * 1e3 }),
  };
}

function delays({ delay }: ReceiverResult): Metrics {
  if (!delay) return {};
  const { min, p50, p95, p99, max } = delay;
  return { delay_min_ms: min, delay_p50_ms: p50, delay_p95_ms: p95, delay_p99_ms: p99, delay_max_ms: max };
}

type Came = readonly (number | undefined)[];

function playing(came: Came, { turns, shown, frozenNs }: Played, intervalNs: number): Metrics {
  const frames = came.length;
  if (frames === 0) return { playout_frames: 0 };
  const late = came.filter((at, k) => at !== undefined && at > (turns[k] as number)).length;
  const first = shown.find((at) => at !== undefined);
  return {
    playout_frames: frames,
    playout_late_ratio: late / frames,
    playout_lost_ratio: came.filter((at) => at === undefined).length / frames,
    playout_freeze_ratio: frozenNs / (frames * intervalNs),
    ...(first === undefined ? {} : { playout_startup_ms: first / 1e6 }),
  };
}

const stalling = ({ stalls }: Played): Metrics => ({
  stalls: stalls.length,
  stall_s: stalls.reduce((sum, { ns }) => sum + ns, 0) / 1e9,
});

/** In the order of the turns: how late each frame was, which were lost, and where playing stopped. */
function series(came: Came, { turns, stalls }: Played): Series[] {
  const lateness: Series = { metric: 'playout_lateness_ms', t: [], values: [] };
  const lost: Series = { metric: 'playout_lost', t: [], values: [] };
  for (const [k, turn] of turns.entries()) {
    const at = came[k];
    const [to, value] = at === undefined ? [lost, k] : [lateness, (at - turn) / 1e6];
    to.t.push(turn / 1e9);
    to.values.push(value);
  }
  const stops: Series = {
    metric: 'playout_stall_ms',
    t: stalls.map(({ at }) => at / 1e9),
    values: stalls.map(({ ns }) => ns / 1e6),
  };
  return [lateness, lost, stops].filter(({ t }) => t.length > 0);
}

function flags({ frames, lateFrames }: SenderResult): Flag[] {
  const found: Flag[] = [];
  if (lateFrames > LATE_TOLERATED * frames) {
    found.push({
      name: 'generator-limited',
      reason: `${lateFrames} of ${frames} frames were sent more than 5 ms after their time: the generator was late`,
      remedy: 'ask for fewer frames (fps=...) or a lower bitrate=, or use a machine with more or quieter processors',
    });
  }
  if (frames < FEW_SAMPLES) {
    found.push({
      name: 'too-few-samples',
      reason: `${frames} frames are too few to tell how often one is late`,
      remedy: 'measure longer (--duration)',
    });
  }
  return found;
}
