import { imbalance } from '../record/account.ts';
import type { CompletedTrial, DirectionAccount } from '../record/schema.ts';

/** What became of the data packets, from the link's own account and the receiver's socket; counts, pooled over trials. */
export interface Fate {
  /** Messages sent and never delivered, as the transport's ends counted them. */
  readonly sent: number;
  readonly undelivered: number;
  /** Packets that entered the link in the data direction; absent without a lab. */
  readonly packets?: number;
  readonly lostByModel: number;
  readonly droppedByQueue: number;
  /** Dropped by the emulator's own sockets: neither the model's doing nor the transport's. */
  readonly droppedByEmulator: number;
  readonly droppedBySocket: number;
  /** Messages missing that none of these accounts for; 0 when the link took more than the messages that are missing. */
  readonly unexplained: number;
}

/** The directions that carried the data: the one with more bytes, both when they carried about as much. */
export function dataDirections({ link }: CompletedTrial): DirectionAccount[] {
  if (!link) return [];
  const { up, down } = link;
  const less = Math.min(up.bytesIn, down.bytesIn);
  const more = Math.max(up.bytesIn, down.bytesIn);
  if (less > more / 2) return [up, down];
  return [up.bytesIn >= down.bytesIn ? up : down];
}

/** Undefined when no trial counted its messages. */
export function fateOf(trials: readonly CompletedTrial[]): Fate | undefined {
  const counted = trials.filter((trial) => trial.metrics['messages_sent'] !== undefined);
  if (counted.length === 0) return undefined;
  const total = (pick: (trial: CompletedTrial) => number): number =>
    counted.reduce((sum, trial) => sum + pick(trial), 0);
  const link = (pick: (account: DirectionAccount) => number): number =>
    total((trial) => dataDirections(trial).reduce((sum, account) => sum + pick(account), 0));
  const sent = total((trial) => trial.metrics['messages_sent']);
  const undelivered = total((trial) => trial.metrics['messages_lost'] ?? 0);
  const droppedByQueue = link((account) => account.queueDropped + account.aqmDropped);
  const droppedByEmulator = link((account) => account.overrun + account.sendErrors);
  const droppedBySocket = total((trial) => trial.metrics['socket_drops'] ?? 0);
  const lost = link((account) => account.lost + account.outage);
  const others = lost + droppedByQueue + droppedByEmulator + droppedBySocket;
  // A packet with an inverted bit goes on, and most often ends at the receiver's checksum.
  const corrupted = link((account) => account.corrupted);
  const lostByModel = lost + Math.min(corrupted, Math.max(0, undelivered - others));
  const explained = others + lostByModel - lost;
  const slack = link((account) => Math.abs(account.held - account.heldBefore)) + tolerance(undelivered);
  const missing = undelivered - explained;
  return {
    sent,
    undelivered,
    ...(counted.some((trial) => trial.link) ? { packets: link((account) => account.packetsIn) } : {}),
    lostByModel,
    droppedByQueue,
    droppedByEmulator,
    droppedBySocket,
    unexplained: missing > slack ? missing : 0,
  };
}

/** Counters are read one after the other, not at one instant: two messages, or half a percent, may fall in between. */
const tolerance = (messages: number): number => Math.max(2, messages * 0.005);

export interface Agreement {
  readonly verdict: 'agrees' | 'repaired' | 'differs';
  /** For people, without the subject: "4 lost on the link, 4 missing at the receiver". */
  readonly text: string;
}

/** Whether the link's account and the transport's tell the same story; undefined without a lab or without a count. */
export function agreement(trial: CompletedTrial): Agreement | undefined {
  const directions = dataDirections(trial);
  const fate = fateOf([trial]);
  if (!fate || directions.length === 0) return undefined;
  if (directions.some((account) => account.oversize > 0)) {
    return { verdict: 'differs', text: 'packets larger than the MTU crossed the link: its counts mean nothing' };
  }
  const unbalanced = directions.find((account) => imbalance(account) !== 0);
  if (unbalanced) {
    return { verdict: 'differs', text: `the link's own counts are off by ${Math.abs(imbalance(unbalanced))} packets` };
  }
  const taken = fate.lostByModel + fate.droppedByQueue + fate.droppedByEmulator + fate.droppedBySocket;
  const slack = directions.reduce(
    (sum, { held, heldBefore, duplicated }) => sum + held + heldBefore + duplicated,
    tolerance(taken),
  );
  const words = `${taken} taken on the way, ${fate.undelivered} missing at the receiver`;
  if (fate.undelivered === 0 && taken > 0) {
    return { verdict: 'repaired', text: `${taken} taken on the way, all made good` };
  }
  return { verdict: Math.abs(taken - fate.undelivered) <= slack ? 'agrees' : 'differs', text: words };
}
