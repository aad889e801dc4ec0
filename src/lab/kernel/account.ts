import type { DirectionAccount } from '../../record/schema.ts';
import type { QdiscCounters, Received } from './counters.ts';
import type { KernelStage } from './stages.ts';

/** All counters of a direction at one time. */
export interface Reading {
  /** By the interface where packets come in. */
  readonly received: Received;
  /** One for each stage, or the one plain queue where there is none. */
  readonly qdiscs: readonly QdiscCounters[];
}

type Uncounted = Pick<DirectionAccount, 'windowBytesIn' | 'clearSeconds'>;

/**
 * What the kernel did to a direction between two readings. Packets in are what came out, was dropped or is held, all of which tc
 * reads at one moment. The interface's own count, read a moment apart, serves where that is not all: it tells copies, or else packets
 * that were marked Congestion Experienced, from what came in. With both words in a profile, marks count as lost unless the kernel
 * counts them apart.
 */
export function directionAccount(
  stages: readonly KernelStage[],
  opened: Reading,
  closed: Reading,
  uncounted: Uncounted,
): DirectionAccount {
  const { qdiscs, received } = difference(opened, closed);
  const [root] = qdiscs;
  const held = closed.qdiscs[0].qlen;
  const heldBefore = opened.qdiscs[0].qlen;
  const left = root.packets + root.drops + held - heldBefore;
  const beyond = Math.max(0, left - received.packets);
  const has = (word: 'duplicate' | 'ecn'): boolean =>
    stages.some(({ qdisc }) => qdisc.kind === 'netem' && Boolean(qdisc[word]));
  const counted = has('duplicate') ? 0 : beyond;
  const ecnMarked = has('ecn') ? Math.min(root.drops, sum(qdiscs, 'ecn_marked') || counted) : 0;
  const duplicated = has('duplicate') ? Math.max(0, beyond - ecnMarked) : 0;
  const dropped = root.drops - ecnMarked;
  const queueDropped = Math.min(dropped, ownDrops(stages, qdiscs));
  return {
    packetsIn: left - ecnMarked - duplicated,
    bytesIn: received.bytes,
    packetsOut: root.packets,
    bytesOut: root.bytes,
    lost: dropped - queueDropped,
    outage: 0,
    queueDropped,
    aqmDropped: 0,
    duplicated,
    corrupted: sum(qdiscs, 'corrupted'),
    ecnMarked,
    reordered: sum(qdiscs, 'requeues'),
    held,
    heldBefore,
    heldBytes: closed.qdiscs[0].backlog,
    heldBytesBefore: opened.qdiscs[0].backlog,
    overrun: 0,
    sendErrors: 0,
    oversize: 0,
    ...uncounted,
  };
}

function difference(opened: Reading, closed: Reading): Reading {
  const { packets, bytes } = closed.received;
  return {
    received: { packets: packets - opened.received.packets, bytes: bytes - opened.received.bytes },
    qdiscs: closed.qdiscs.map((qdisc, i) => {
      const before = opened.qdiscs[i];
      const since = (name: 'corrupted' | 'ecn_marked'): number => (qdisc[name] ?? 0) - (before[name] ?? 0);
      return {
        ...qdisc,
        packets: qdisc.packets - before.packets,
        bytes: qdisc.bytes - before.bytes,
        drops: qdisc.drops - before.drops,
        requeues: qdisc.requeues - before.requeues,
        corrupted: since('corrupted'),
        ecn_marked: since('ecn_marked'),
      };
    }),
  };
}

const sum = (qdiscs: readonly QdiscCounters[], name: 'corrupted' | 'ecn_marked' | 'requeues'): number =>
  qdiscs.reduce((total, qdisc) => total + (qdisc[name] ?? 0), 0);

/** Of the stages whose drops are those of a full queue. */
function ownDrops(stages: readonly KernelStage[], qdiscs: readonly QdiscCounters[]): number {
  return qdiscs.reduce((total, { drops }, i) => {
    const behind = qdiscs[i + 1]?.drops ?? 0;
    return stages[i]?.drops === 'lost' ? total : total + Math.max(0, drops - behind);
  }, 0);
}
