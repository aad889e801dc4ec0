import { type DirectionProfile, MAX_HELD, type Netem, type Queue, type Slot, type Tbf } from '../profile.ts';
import { spread } from './delay.ts';
import { Opportunities } from './opportunities.ts';
import { SerialisationTime } from './serialiser.ts';

/** Without Ethernet's checksum: the largest frame at an MTU of 1500, and the smallest that is met on a virtual link. */
export const FRAME_BYTES = 1514;
const LEAST_FRAME_BYTES = 42;

/** Longest delay before a stage's serialiser, ns. */
export function longestDelay({ delay }: Netem): number {
  return delay ? Math.max(0, delay.ns + spread(delay.jitterNs, delay.distribution).most) : 0;
}

/** The most that `cost` comes to for each byte of a frame. */
function costliestByte(cost: (bytes: number) => number): number {
  let most = 0;
  for (let bytes = LEAST_FRAME_BYTES; bytes <= FRAME_BYTES; bytes++) most = Math.max(most, cost(bytes) / bytes);
  return most;
}

function serialising({ rate, trace, limit = MAX_HELD, queue }: Netem): number {
  const packets = Math.min(limit, queue?.packets ?? MAX_HELD);
  if (trace) return traced(new Opportunities(trace), packets, queue);
  if (!rate) return 0;
  const time = new SerialisationTime(rate);
  const one = time.of(FRAME_BYTES);
  const bytes = queue?.bytes === undefined ? Infinity : queue.bytes * costliestByte((size) => time.of(size));
  return Math.min(packets * one, bytes, (queue?.ns ?? Infinity) + one);
}

/** Each packet needs one opportunity more at most. */
function traced(opportunities: Opportunities, packets: number, queue: Queue | undefined): number {
  const waiting = Math.min(packets, queue?.bytes === undefined ? Infinity : Math.ceil(queue.bytes / LEAST_FRAME_BYTES));
  return Math.min(opportunities.longest(waiting), (queue?.ns ?? Infinity) + opportunities.longest(2));
}

/** Slot after slot at their longest gap, until all that may be held has left. */
function slotted({ gap, packets, bytes }: Slot, held: number): number {
  const longest =
    gap.kind === 'uniform' ? gap.maxNs : Math.max(0, gap.delayNs + spread(gap.jitterNs, gap.distribution).most);
  const each = Math.min(packets || Infinity, bytes > 0 ? Math.max(1, Math.floor(bytes / FRAME_BYTES)) : Infinity);
  return longest * (1 + Math.ceil(held / each));
}

function bucketed({ rateBps, limitBytes, overheadBytes = 0, mpuBytes = 0 }: Tbf): number {
  const charged = limitBytes * costliestByte((bytes) => Math.max(mpuBytes, bytes + overheadBytes));
  return (charged * 8e9) / rateBps;
}

/**
 * An upper bound, in ns, of the time that a frame can stay inside a direction of an effective profile. With `fq_codel` it holds for
 * the flows that share the link evenly.
 */
export function maxHoldingNs({ stages }: DirectionProfile): number {
  return stages.reduce((sum, stage) => {
    if (stage.kind === 'tbf') return sum + bucketed(stage);
    const slots = stage.slot ? slotted(stage.slot, stage.limit ?? MAX_HELD) : 0;
    return sum + longestDelay(stage) + serialising(stage) + slots;
  }, 0);
}
