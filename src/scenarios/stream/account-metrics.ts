import type { SequenceAccount } from '../../metrics/sequence.ts';
import { droppedByLink } from '../../record/account.ts';
import type { DirectionAccount, Metrics } from '../../record/schema.ts';
import type { TransportStats } from '../../transports/transport.ts';
import { since } from './transport-samples.ts';

/**
 * What the receiving socket dropped. Behind a link packets arrive one by one, and the kernel's figure is exact; where the platform
 * gives none, it is what the link's account leaves unexplained. Without a link whole batches of datagrams arrive as one
 * (UDP_GRO), are dropped as one and counted as one; but then nothing but the socket can lose anything.
 */
export function socketDropsOf(
  { account, socketDrops }: { readonly account: SequenceAccount; readonly socketDrops?: number },
  toReceiver?: DirectionAccount,
): number | undefined {
  if (account.lost === 0) return socketDrops;
  if (!toReceiver) return socketDrops === 0 ? 0 : account.lost;
  return socketDrops ?? Math.max(0, account.lost - droppedByLink(toReceiver) - toReceiver.corrupted);
}

/** Frame bytes that belong to what was delivered since the window opened: those inside the link by then are among it. */
export const carriedBytes = ({ bytesIn, heldBytesBefore, heldBytes }: DirectionAccount): number =>
  bytesIn + heldBytesBefore - heldBytes;

export function accountMetrics(account: SequenceAccount): Metrics {
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
export function transportMetrics(
  { before, after }: { readonly before: TransportStats; readonly after: TransportStats },
  { acksSent }: { readonly acksSent?: number },
): Metrics {
  const known = {
    retransmits: since(before.retransmits, after.retransmits),
    spurious_retransmits: since(before.spuriousRetransmits, after.spuriousRetransmits),
    packets_declared_lost: since(before.packetsDeclaredLost, after.packetsDeclaredLost),
    acks_sent: acksSent,
    srtt_ms: after.srttSeconds === undefined ? undefined : after.srttSeconds * 1e3,
  };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, number] => entry[1] !== undefined));
}
