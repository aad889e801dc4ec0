import { droppedByLink } from '../../record/account.ts';
import type { DirectionAccount, Flag, LinkAccount, Metrics } from '../../record/schema.ts';
import type { Finished, Summary } from '../scenario.ts';
import type { StreamParams } from './params.ts';
import type { ReceiverResult } from './receiver.ts';
import type { SenderResult } from './sender.ts';
import { since } from './transport-samples.ts';

/** Below this many messages a 99th percentile is one message or none. */
const FEW_SAMPLES = 100;
const MISSED_TOLERATED = 0.01;
const WINDOW_LIMITED = 0.2;

/** Absent where no time has passed. */
const perSecond = (name: string, amount: number, seconds: number): Metrics =>
  seconds > 0 ? { [name]: amount / seconds } : {};

const percent = (ratio: number): string => `${(100 * ratio).toFixed(ratio < 0.1 ? 2 : 0)} %`;

export function summariseStream({ params, client, server, link }: Finished<StreamParams>): Summary {
  const [sender, receiver] = (params.direction === 'up' ? [client, server] : [server, client]) as [
    SenderResult,
    ReceiverResult,
  ];
  const socketDrops = dropsOf(receiver, link?.[params.direction]);
  return {
    metrics: {
      ...volume(params, sender, receiver, link),
      ...accounts(receiver),
      ...transport(sender, receiver),
      ...delays(receiver),
      ...(socketDrops === undefined ? {} : { socket_drops: socketDrops }),
    },
    flags: flags(sender, receiver, socketDrops ?? 0),
    ...(receiver.delay ? { delay: receiver.delay.curve } : {}),
  };
}

/**
 * Behind a link packets arrive one by one, and the kernel's figure is exact; where the platform gives none, it is what the
 * link's account leaves unexplained. Without a link whole batches of datagrams arrive as one (UDP_GRO), are dropped as one
 * and counted as one; but then nothing but the socket can lose anything.
 */
function dropsOf({ account, socketDrops }: ReceiverResult, toReceiver?: DirectionAccount): number | undefined {
  if (account.lost === 0) return socketDrops;
  if (!toReceiver) return socketDrops === 0 ? 0 : account.lost;
  return socketDrops ?? Math.max(0, account.lost - droppedByLink(toReceiver) - toReceiver.corrupted);
}

/**
 * How long the window's messages took to come: from the earliest that the link can have served the first of them to the
 * last delivery, or the window itself where that is longer. All that is divided by this has crossed the link in it, so no
 * figure exceeds what the link carries: payload that lay in a queue, or that a retransmission set free, when the window
 * opened is not among it, nor is the time that took.
 */
function deliverySeconds(
  { windowSeconds }: SenderResult,
  { lastSeconds }: ReceiverResult,
  clearSeconds: number,
): number {
  return Math.max(windowSeconds, lastSeconds - clearSeconds);
}

function volume(params: StreamParams, sender: SenderResult, receiver: ReceiverResult, link?: LinkAccount): Metrics {
  const completion = params.bytes !== undefined;
  const seconds = completion
    ? receiver.lastSeconds
    : deliverySeconds(sender, receiver, link?.[params.direction].clearSeconds ?? 0);
  const metrics: Metrics = {
    duration_s: seconds,
    ...perSecond('offered_bps', (sender.end - sender.first) * params.size * 8, sender.windowSeconds),
    ...perSecond('goodput_bps', receiver.measuredBytes * 8, seconds),
    ...(sender.intendedBps === undefined ? {} : { stream_intended_bps: sender.intendedBps }),
    messages_missed: sender.missed,
    stream_backlog: sender.backlog,
    stream_strays: receiver.strays,
  };
  if (completion && receiver.account.lost === 0) metrics['completion_s'] = receiver.lastSeconds;
  if (link) {
    const wireSeconds = completion ? seconds : sender.windowSeconds;
    Object.assign(metrics, perSecond('wire_bps', link[params.direction].windowBytesIn * 8, wireSeconds));
    if (receiver.bytesSinceOpen > 0) {
      metrics['overhead_ratio'] = (carriedBytes(link.up) + carriedBytes(link.down)) / receiver.bytesSinceOpen - 1;
    }
  }
  return metrics;
}

/** Frame bytes that belong to what was delivered since the window opened: those inside the link by then are among it. */
const carriedBytes = ({ bytesIn, heldBytesBefore, heldBytes }: DirectionAccount): number =>
  bytesIn + heldBytesBefore - heldBytes;

function accounts({ account }: ReceiverResult): Metrics {
  const metrics: Metrics = {
    messages_sent: account.sent,
    messages_delivered: account.delivered,
    messages_lost: account.lost,
    messages_duplicate: account.duplicates,
  };
  if (account.sent > 0) metrics['loss_ratio'] = account.lost / account.sent;
  if (account.delivered > 0) {
    metrics['duplicate_ratio'] = account.duplicates / account.delivered;
    metrics['reordered_ratio'] = account.reordered / account.delivered;
  }
  if (account.reorderExtentMax !== undefined) metrics['reorder_extent_max'] = account.reorderExtentMax;
  if (account.lossPeriodMean !== undefined) metrics['loss_period_mean'] = account.lossPeriodMean;
  return metrics;
}

/** What the transport says of itself: of the end that sends, but for the acknowledgements, which the other one makes. */
function transport({ before, after }: SenderResult, { acksSent }: ReceiverResult): Metrics {
  const known = {
    retransmits: since(before.retransmits, after.retransmits),
    spurious_retransmits: since(before.spuriousRetransmits, after.spuriousRetransmits),
    packets_declared_lost: since(before.packetsDeclaredLost, after.packetsDeclaredLost),
    acks_sent: acksSent,
    srtt_ms: after.srttSeconds === undefined ? undefined : after.srttSeconds * 1e3,
  };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, number] => entry[1] !== undefined));
}

function delays({ account, delay }: ReceiverResult): Metrics {
  if (!delay) return {};
  return {
    delay_min_ms: delay.min * 1e3,
    delay_p50_ms: delay.p50 * 1e3,
    delay_p95_ms: delay.p95 * 1e3,
    delay_p99_ms: delay.p99 * 1e3,
    // Of fewer messages the 99.9th percentile is the maximum under another name.
    ...(account.delivered >= 10 * FEW_SAMPLES ? { delay_p999_ms: delay.p999 * 1e3 } : {}),
    delay_max_ms: delay.max * 1e3,
    jitter_ms: delay.jitter * 1e3,
  };
}

function flags(sender: SenderResult, receiver: ReceiverResult, socketDrops: number): Flag[] {
  const found: Flag[] = [];
  const { account, negativeDelays } = receiver;
  const slots = account.sent + sender.missed;
  if (sender.missed > MISSED_TOLERATED * slots) {
    found.push({
      name: 'generator-limited',
      reason: `${percent(sender.missed / slots)} of the send slots passed while the generator was late`,
      remedy: 'ask for a lower rate or larger messages, or use a machine with more or quieter processors',
    });
  }
  if (sender.backlog > MISSED_TOLERATED * slots) {
    found.push({
      name: 'backlogged',
      reason: `${sender.backlog} messages were due but still waiting for the transport at the end: it takes less than was asked for, and their delays are not among those shown`,
      remedy: 'ask for a lower rate (rate=...), or for rate=max to see what it takes',
    });
  }
  if (account.delivered < FEW_SAMPLES) {
    found.push({
      name: 'too-few-samples',
      reason: `${account.delivered} delivered messages are too few for percentiles`,
      remedy: 'measure longer (--duration), or send more often (rate=...) or smaller messages (size=...)',
    });
  }
  if (negativeDelays > 0) {
    found.push({
      name: 'clock-uncertain',
      reason: `${negativeDelays} messages seem to have arrived before they were sent`,
      remedy: 'check that both ends share one host and its CLOCK_MONOTONIC',
    });
  }
  if (socketDrops > 0) {
    found.push({
      name: 'socket-drops',
      reason: `the receiving socket had no room for ${socketDrops} messages: part of the loss is the receiver's, not the network's`,
      remedy: 'ask for a lower rate (rate=...), or allow larger buffers: sysctl -w net.core.rmem_max=33554432',
    });
  }
  const limited = sender.after.receiveWindowLimitedRatio ?? 0;
  if (limited > WINDOW_LIMITED) {
    found.push({
      name: 'window-limited',
      reason: `the receiver's window held the sender back for ${percent(limited)} of the time`,
      remedy:
        'allow the receiver more: for TCP sysctl -w net.ipv4.tcp_rmem="4096 131072 33554432", else the window of the transport (netduel list)',
    });
  }
  return found;
}
