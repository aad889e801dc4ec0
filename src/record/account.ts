import type { DirectionAccount } from './schema.ts';

/** Packets that the link itself took out, whatever the cause. */
export function droppedByLink({ lost, outage, queueDropped, aqmDropped }: DirectionAccount): number {
  return lost + outage + queueDropped + aqmDropped;
}

/** What went in against what became of it, see `held` in `schema.ts`; 0 when all is accounted for. */
export function imbalance(account: DirectionAccount): number {
  const { packetsIn, duplicated, packetsOut, held, heldBefore } = account;
  return packetsIn + duplicated - (packetsOut + droppedByLink(account) + held - heldBefore);
}
