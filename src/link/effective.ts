import { FRAME_BYTES, longestDelay } from './model/holding.ts';
import type { DirectionProfile, Netem, Profile, Queue, Stage } from './profile.ts';
import { MAX_HELD } from './profile.ts';

export { maxHoldingNs } from './model/holding.ts';

/** The smallest frames that the delay line is planned for. */
const SMALL_FRAME_BYTES = 64;
const MIN_QUEUE = 64;

const framesIn = (bps: number, ns: number, bytes: number): number => Math.ceil((bps * ns) / (8e9 * bytes));

/** Mean rate of a stage, bit/s; undefined where it has none. */
function stageBps(stage: Stage): number | undefined {
  if (stage.kind === 'tbf') return stage.rateBps;
  const { rate, trace } = stage;
  // An opportunity of 1,504 bytes carries one full frame, of which 10 bytes do not count there.
  if (trace) return (trace.ms.length * FRAME_BYTES * 8e3) / trace.ms[trace.ms.length - 1];
  return rate?.bps;
}

const delayOf = (stage: Stage): number => (stage.kind === 'netem' ? (stage.delay?.ns ?? 0) : 0);

/** Delay from one end to the other, without jitter and serialisation, ns. */
export const pathDelayNs = ({ stages }: DirectionProfile): number =>
  stages.reduce((sum, stage) => sum + delayOf(stage), 0);

/** The least mean rate of all rates, token buckets and traces, bit/s; undefined without any. */
export function capacityBps({ stages }: DirectionProfile): number | undefined {
  const rates = stages.map(stageBps).filter((bps) => bps !== undefined);
  return rates.length > 0 ? Math.min(...rates) : undefined;
}

/** Packets that a stage's queue may hold; all that a link may where it has no bound. */
function queuePackets(queue: Queue | undefined, bps: number): number {
  if (!queue) return MAX_HELD;
  const { packets, bytes, ns } = queue;
  return Math.min(
    packets ?? MAX_HELD,
    bytes === undefined ? MAX_HELD : Math.ceil(bytes / SMALL_FRAME_BYTES),
    ns === undefined ? MAX_HELD : framesIn(bps, ns, SMALL_FRAME_BYTES) + 1,
  );
}

/** `behind`: packets that the stages behind may hold, which count under this one's limit. */
function effectiveNetem(stage: Netem, roundTripNs: number, behind: number): Netem {
  if (stage.limit !== undefined) return stage;
  const bps = stageBps(stage);
  if (bps === undefined) return { ...stage, limit: MAX_HELD };
  const product = framesIn(bps, roundTripNs, FRAME_BYTES);
  const queue = stage.queue ?? { packets: Math.min(MAX_HELD, Math.max(MIN_QUEUE, product)) };
  const delayLine = framesIn(bps, longestDelay(stage), SMALL_FRAME_BYTES);
  // A discipline takes a packet in before it drops one: no bound of ours may come first.
  const held = queue.discipline ? MAX_HELD : delayLine + queuePackets(queue, bps) + behind;
  return { ...stage, limit: Math.min(MAX_HELD, held), queue };
}

const heldBy = (stage: Stage): number =>
  stage.kind === 'netem' ? (stage.limit ?? MAX_HELD) : Math.ceil(stage.limitBytes / SMALL_FRAME_BYTES);

function effectiveDirection({ stages }: DirectionProfile, roundTripNs: number): DirectionProfile {
  const effective: Stage[] = [];
  let behind = 0;
  for (const stage of stages.toReversed()) {
    const made = stage.kind === 'netem' ? effectiveNetem(stage, roundTripNs, behind) : stage;
    effective.unshift(made);
    // The limit of a netem stage already counts what is behind it.
    behind = heldBy(made) + (made.kind === 'netem' ? 0 : behind);
  }
  return { stages: effective };
}

/**
 * Fills in what a profile leaves out. Where a stage has a rate or a trace, `queue` is one round-trip bandwidth-delay product, at least
 * 64 packets, and `limit` is that plus what is inside the delay and the stages behind, at most {@link MAX_HELD}; that where the queue has
 * a discipline. A stage
 * that names its `limit` keeps netem's meaning: that bound alone, unless it names a `queue` too.
 */
export function effectiveProfile(profile: Profile): Profile {
  const roundTripNs = pathDelayNs(profile.up) + pathDelayNs(profile.down);
  return {
    up: effectiveDirection(profile.up, roundTripNs),
    down: effectiveDirection(profile.down, roundTripNs),
  };
}
