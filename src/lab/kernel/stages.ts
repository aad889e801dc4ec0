import { FRAME_BYTES } from '../../link/model/holding.ts';
import { type DirectionProfile, MAX_HELD, type Netem, type Stage } from '../../link/profile.ts';

/** One qdisc, and what its own drops are (those of the qdiscs behind it are in its counter too). */
export interface KernelStage {
  readonly qdisc: Stage;
  readonly drops: 'lost' | 'queueDropped';
}

/**
 * The qdiscs that do what an effective direction says, with words of tc alone (see `unsupported.ts` for what cannot be said so). A
 * `netem` is taken apart into up to three, one behind the other, where that changes nothing but what is counted and bounded: loss,
 * then the delay line, then the serialiser. The first tells losses from a full queue, which netem counts together; the last has the
 * queue, which netem lacks, in its `limit`.
 */
export function kernelStages({ stages }: DirectionProfile): readonly KernelStage[] {
  const chain = stages.flatMap((stage): KernelStage[] =>
    stage.kind === 'tbf' ? [{ qdisc: stage, drops: FULL }] : apart(stage),
  );
  const first = chain.find(({ qdisc }) => letsGo(qdisc) || waits(qdisc));
  return first === undefined || letsGo(first.qdisc) ? chain : [LETTING_GO, ...chain];
}

const FULL = 'queueDropped';

/**
 * On a virtual cable a packet stays charged to its sender's socket: waiting in the middlebox, it would hold back the sender, who
 * would never fill a queue. netem lets go of the sender when it delays, not otherwise, and tbf never does.
 */
const letsGo = (qdisc: Stage): boolean =>
  qdisc.kind === 'netem' &&
  (qdisc.rate !== undefined || (qdisc.delay !== undefined && qdisc.delay.ns + qdisc.delay.jitterNs > 0));
const waits = (qdisc: Stage): boolean => qdisc.kind === 'tbf' || qdisc.slot !== undefined;

/** 1.2 ns for a full frame: less than the way to the next qdisc takes. */
const LETTING_GO: KernelStage = {
  qdisc: {
    kind: 'netem',
    rate: { bps: 10e12, packetOverhead: 0, cellBytes: 0, cellOverhead: 0 },
    limit: MAX_HELD,
  },
  drops: FULL,
};

function apart(stage: Netem): KernelStage[] {
  if (isOnePiece(stage)) return [{ qdisc: whole(stage), drops: stage.loss ? 'lost' : FULL }];
  const { loss, ecn, ...rest } = stage;
  const line = behindLoss(rest).map((qdisc): KernelStage => ({ qdisc, drops: FULL }));
  if (!loss) return line;
  const words = { loss, ...(ecn ? { ecn } : {}), ...seedOf(stage) };
  return [{ qdisc: { kind: 'netem', ...words, limit: MAX_HELD }, drops: 'lost' }, ...line];
}

/**
 * Nothing can overflow, so all that it drops is lost; or a copy begins again at the root, which some kernels of 2025 refuse when
 * another netem is in the tree (EINVAL); or a seed fixes one sequence of draws, for loss and for other words.
 */
function isOnePiece({ queue, limit = MAX_HELD, duplicate, seed, loss, ...words }: Netem): boolean {
  const { corrupt, reorder, slot, delay } = words;
  const draws = corrupt || reorder || slot?.gap.kind === 'distribution' || (delay !== undefined && delay.jitterNs > 0);
  return (!queue && limit >= MAX_HELD) || duplicate !== undefined || (seed !== undefined && !!loss && !!draws);
}

const seedOf = ({ seed }: Netem): Pick<Netem, 'seed'> => (seed === undefined ? {} : { seed });

function behindLoss(stage: Netem): readonly Netem[] {
  const { queue, rate, slot, ...line } = stage;
  if (queue?.packets === undefined || !rate || !delaysInOrder(stage)) return [whole(stage)];
  const bottleneck = { ...seedOf(stage), rate, ...(slot ? { slot } : {}), limit: queue.packets };
  return [line, { kind: 'netem', ...bottleneck }];
}

/** With jitter or reordering, a delay line puts packets in another order before a serialiser than netem, which has both in one. */
const delaysInOrder = ({ delay, reorder }: Netem): boolean =>
  delay !== undefined && delay.ns > 0 && delay.jitterNs === 0 && !reorder;

/** In one qdisc, `limit` has to do for the queue: with room for the full frames that the delay holds at that rate. */
function whole(stage: Netem): Netem {
  const { queue, ...words } = stage;
  const limit = stage.limit ?? MAX_HELD;
  if (queue?.packets === undefined || !stage.rate) return { ...words, limit };
  const inDelay = Math.ceil(((stage.delay?.ns ?? 0) * stage.rate.bps) / (8e9 * FRAME_BYTES));
  return { ...words, limit: Math.min(limit, inDelay + queue.packets) };
}
