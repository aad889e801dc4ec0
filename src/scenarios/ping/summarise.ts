import type { Flag, Metrics } from '../../record/schema.ts';
import { FEW_SAMPLES, percentileMetrics } from '../percentile-metrics.ts';
import type { Finished, Summary } from '../scenario.ts';
import type { ClientResult } from './client.ts';
import { loadBps } from './load.ts';
import type { PingParams } from './params.ts';
import type { RoundTripResult } from './round-trips.ts';
import type { ServerResult } from './server.ts';

const TOLERATED = 0.01;

export function summarisePing({ params, client, server, link }: Finished<PingParams>): Summary {
  const { roundTrips, windowSeconds, load } = client as ClientResult;
  const loaded = loadBps({ params, link }, load, (server as ServerResult).load);
  const { sent, answered, duplicates, missed, rtt, opsPerSecond, curve } = roundTrips;
  const metrics: Metrics = {
    duration_s: Math.max(windowSeconds, roundTrips.seconds),
    messages_sent: sent,
    messages_delivered: answered,
    messages_lost: sent - answered,
    messages_duplicate: duplicates,
    ...(params.rate === 'closed' ? {} : { messages_missed: missed }),
    ...(sent > 0 ? { loss_ratio: (sent - answered) / sent } : {}),
    ...(opsPerSecond === undefined ? {} : { ping_ops_per_s: opsPerSecond }),
    ...(rtt ? percentileMetrics('ping_rtt', rtt, 1, answered) : {}),
    ...(loaded === undefined ? {} : { ping_load_bps: loaded }),
  };
  return { metrics, flags: flags(roundTrips), ...(curve ? { delay: curve } : {}) };
}

function flags({ sent, answered, missed, backlog }: RoundTripResult): Flag[] {
  const found: Flag[] = [];
  const slots = sent + missed + backlog;
  if (missed > TOLERATED * slots) {
    found.push({
      name: 'generator-limited',
      reason: `${missed} of ${slots} requests were never sent: the generator was late`,
      remedy: 'ask for a lower rate, or use a machine with more or quieter processors',
    });
  }
  if (backlog > TOLERATED * slots) {
    found.push({
      name: 'backlogged',
      reason: `${backlog} requests were due but still waiting for the transport at the end: their round trips are not among those shown`,
      remedy: 'ask for a lower rate (rate=...)',
    });
  }
  if (answered < FEW_SAMPLES) {
    found.push({
      name: 'too-few-samples',
      reason: `${answered} round trips are too few for percentiles`,
      remedy: 'measure longer (--duration), or, on a long path, send by the clock (rate=...)',
    });
  }
  return found;
}
