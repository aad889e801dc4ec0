import type { Flag, LinkAccount, Metrics } from '../../record/schema.ts';
import { percentileMetrics } from '../percentile-metrics.ts';
import type { Finished, Summary } from '../scenario.ts';
import { accountMetrics, carriedBytes, socketDropsOf, transportMetrics } from './account-metrics.ts';
import { backlogged, clockUncertain, generatorLimited, socketDropped, tooFewSamples, windowLimited } from './doubts.ts';
import type { StreamParams } from './params.ts';
import type { ReceiverResult } from './receiver.ts';
import type { SenderResult } from './sender.ts';

/** Absent where no time has passed. */
const perSecond = (name: string, amount: number, seconds: number): Metrics =>
  seconds > 0 ? { [name]: amount / seconds } : {};

export function summariseStream({ params, client, server, link }: Finished<StreamParams>): Summary {
  const [sender, receiver] = (params.direction === 'up' ? [client, server] : [server, client]) as [
    SenderResult,
    ReceiverResult,
  ];
  const socketDrops = socketDropsOf(receiver, link?.[params.direction]);
  return {
    metrics: {
      ...volume(params, sender, receiver, link),
      ...accountMetrics(receiver.account),
      ...transportMetrics(sender, receiver),
      ...delays(receiver),
      ...(socketDrops === undefined ? {} : { socket_drops: socketDrops }),
    },
    flags: flags(sender, receiver, socketDrops ?? 0),
    ...(receiver.delay ? { delay: receiver.delay.curve } : {}),
  };
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

function delays({ account, delay }: ReceiverResult): Metrics {
  if (!delay) return {};
  return { ...percentileMetrics('delay', delay, 1e3, account.delivered), jitter_ms: delay.jitter * 1e3 };
}

function flags(sender: SenderResult, receiver: ReceiverResult, socketDrops: number): Flag[] {
  const { account, negativeDelays } = receiver;
  const slots = account.sent + sender.missed;
  return [
    ...generatorLimited(sender.missed, slots),
    ...backlogged(sender.backlog, slots),
    ...tooFewSamples(account.delivered),
    ...clockUncertain(negativeDelays),
    ...socketDropped(socketDrops),
    ...windowLimited(sender.after),
  ];
}
