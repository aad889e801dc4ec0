import type { Flag, Metrics } from '../../record/schema.ts';
import { FEW_SAMPLES, percentileMetrics } from '../percentile-metrics.ts';
import type { Finished, Summary } from '../scenario.ts';
import type { ClientResult } from './client-result.ts';
import type { ChatParams } from './params.ts';
import type { ServerResult } from './server.ts';
import type { Counts } from './stats.ts';

const TOLERATED = 0.01;

export function summariseChat({ params, client: atClient, server: atServer, link }: Finished<ChatParams>): Summary {
  const client = atClient as ClientResult;
  const server = atServer as ServerResult;
  const drops = socketDrops(client, server);
  const seconds = Math.max(client.windowSeconds, client.lastSeconds);
  const metrics: Metrics = {
    duration_s: seconds,
    offered_bps: (client.sentBytes * 8) / client.windowSeconds,
    goodput_bps: (client.deliveredBytes * 8) / seconds,
    ...(link ? { wire_bps: (link.down.windowBytesIn * 8) / client.windowSeconds } : {}),
    ...copies(client),
    ...chat(params, client, server, seconds),
    ...delays(client),
    ...transport(client.counts, server.counts),
    ...(drops === undefined ? {} : { socket_drops: drops }),
  };
  return {
    metrics,
    flags: flags(params, client, server, drops ?? 0, link === undefined),
    ...(client.delay ? { delay: client.delay.curve } : {}),
  };
}

function socketDrops(client: ClientResult, server: ServerResult): number | undefined {
  if (client.socketDrops === undefined && server.socketDrops === undefined) return undefined;
  return (client.socketDrops ?? 0) + (server.socketDrops ?? 0);
}

/** A message is as many copies as there are others in the room: all that was sent should have made `owed`. */
function copies({ owed, delivered, duplicates, missed }: ClientResult): Metrics {
  return {
    messages_sent: owed,
    messages_delivered: delivered,
    messages_lost: owed - delivered,
    messages_duplicate: duplicates,
    messages_missed: missed,
    ...(owed > 0 ? { loss_ratio: (owed - delivered) / owed } : {}),
    ...(delivered > 0 ? { duplicate_ratio: duplicates / delivered } : {}),
  };
}

function chat({ clients }: ChatParams, client: ClientResult, { account, cpuSeconds }: ServerResult, seconds: number) {
  const { sent, owed, delivered, violations, fairness, joinSeconds } = client;
  return {
    chat_sent: sent,
    chat_taken: account.taken,
    chat_due: account.due,
    chat_dropped: account.dropped,
    chat_disconnected: account.disconnected,
    chat_order_violations: violations,
    ...(owed > 0 ? { chat_delivery_ratio: delivered / owed } : {}),
    chat_deliveries_per_s: delivered / seconds,
    ...(fairness === undefined ? {} : { chat_fairness: fairness }),
    ...(joinSeconds > 0 ? { chat_joins_per_s: clients / joinSeconds } : {}),
    ...(delivered > 0 ? { chat_cpu_us_per_delivery: (cpuSeconds * 1e6) / delivered } : {}),
  };
}

function delays({ delay, delivered }: ClientResult): Metrics {
  return delay ? percentileMetrics('delay', delay, 1e3, delivered) : {};
}

/** What the transports of both ends say of themselves, together: both send. */
function transport(client: Counts, server: Counts): Metrics {
  const sum = (key: keyof Counts): number | undefined =>
    client[key] === undefined && server[key] === undefined ? undefined : (client[key] ?? 0) + (server[key] ?? 0);
  const known = {
    retransmits: sum('retransmits'),
    spurious_retransmits: sum('spuriousRetransmits'),
    packets_declared_lost: sum('packetsDeclaredLost'),
  };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, number] => entry[1] !== undefined));
}

const percent = (ratio: number): string => `${(100 * ratio).toFixed(ratio < 0.1 ? 2 : 0)} %`;

function flags(
  params: ChatParams,
  client: ClientResult,
  { account }: ServerResult,
  drops: number,
  nothingLoses: boolean,
): Flag[] {
  const found: Flag[] = [];
  const { sent, missed, backlog, silenced, delivered, negativeDelays } = client;
  const slots = sent + missed + backlog + silenced;
  if (missed > TOLERATED * slots) {
    found.push({
      name: 'generator-limited',
      reason: `${percent(missed / slots)} of the send slots passed while the process of the ${params.clients} clients, which sends and hears for all of them, was late`,
      remedy: 'ask for fewer clients, smaller rooms or a lower rate, or use a machine with more or quieter processors',
    });
  }
  if (backlog > TOLERATED * slots) {
    found.push({
      name: 'backlogged',
      reason: `${backlog} messages were due but still waiting for the clients' transports at the end: the way to the server takes less than was asked for, and their delays are not among those shown`,
      remedy: 'ask for fewer clients or a lower rate (rate=...)',
    });
  }
  if (account.dropped > 0) {
    const whom =
      account.disconnected > 0
        ? `, and showed out ${account.disconnected} readers; ${silenced} messages that these were to send were not sent`
        : '';
    found.push({
      name: 'backlogged',
      reason: `the server dropped ${account.dropped} copies for readers that were more than ${params.queue} messages behind their room${whom}: the way from the server takes less than the rooms say`,
      remedy: 'ask for smaller rooms or a lower rate (rate=...), or for a longer queue (queue=...)',
    });
  }
  // Without a link what sockets did not drop is still in them.
  const unread = Math.max(0, client.sent - account.taken) + Math.max(0, account.handed - client.delivered) - drops;
  if (nothingLoses && account.disconnected === 0 && unread > 0) {
    found.push({
      name: 'backlogged',
      reason: `${unread} messages and copies were still unread in the sockets of server and clients when the time to drain was over, and count as lost: both were too busy, no network lost them`,
      remedy: 'ask for fewer clients, smaller rooms or a lower rate (rate=...), or use a machine with more processors',
    });
  }
  if (drops > 0) {
    found.push({
      name: 'socket-drops',
      reason: `sockets had no room for ${drops} datagrams: part of the loss is that of server and clients, who were too busy to read, not the network's`,
      remedy:
        'ask for fewer clients, smaller rooms or a lower rate, or allow larger buffers: sysctl -w net.core.rmem_max=33554432',
    });
  }
  if (delivered < FEW_SAMPLES) {
    found.push({
      name: 'too-few-samples',
      reason: `${delivered} delivered copies are too few for percentiles`,
      remedy: 'measure longer (--duration), or with more clients, larger rooms or a higher rate',
    });
  }
  if (negativeDelays > 0) {
    found.push({
      name: 'clock-uncertain',
      reason: `${negativeDelays} copies seem to have arrived before they were sent`,
      remedy: 'report this: both ends of a chat are timed by one process',
    });
  }
  return found;
}
