import { capacityBps, pathDelayNs } from './effective.ts';
import { lossFigures } from './loss-figures.ts';
import { FRAME_BYTES } from './model/holding.ts';
import type { DirectionProfile, Netem, Profile, Stage } from './profile.ts';

export interface DirectionFigures {
  /** Of the narrowest stage, in the mean, over whole Ethernet frames; absent: nothing limits it. */
  readonly capacityBps?: number;
  /** Without jitter, queue and serialisation. */
  readonly delayNs: number;
  /** Share lost to loss models and outages. */
  readonly lossRatio: number;
  /** Before the narrowest stage. */
  readonly queue?: QueueFigures;
}

export interface QueueFigures {
  /** Bounds; netem's `limit` less the packets inside the delay counts as one of packets. */
  readonly packets?: number;
  readonly bytes?: number;
  /** Longest wait of full frames at the mean capacity. */
  readonly ns: number;
}

/** Of an effective profile. */
export function roundTripNs({ up, down }: Profile): number {
  return pathDelayNs(up) + pathDelayNs(down);
}

/** Of a direction of an effective profile. */
export function figuresOf(direction: DirectionProfile): DirectionFigures {
  const capacity = capacityBps(direction);
  const narrowest = direction.stages.find((stage) => stageCapacityBps(stage) === capacity);
  const queue = narrowest && capacity !== undefined ? queueOf(narrowest, capacity) : undefined;
  return {
    delayNs: pathDelayNs(direction),
    lossRatio: lossRatio(direction),
    ...(capacity !== undefined && { capacityBps: capacity }),
    ...(queue && { queue }),
  };
}

export const stageCapacityBps = (stage: Stage): number | undefined => capacityBps({ stages: [stage] });

/** Share of the time that an outage takes in the long run. */
export const outageRatio = ({ everyNs, forNs }: NonNullable<Netem['outage']>): number => forNs / everyNs;

function lossRatio({ stages }: DirectionProfile): number {
  let lost = 0;
  for (const stage of stages) {
    if (stage.kind === 'tbf') continue;
    if (stage.outage) lost += (1 - lost) * outageRatio(stage.outage);
    if (stage.loss) lost += (1 - lost) * lossFigures(stage.loss).ratio;
  }
  return lost;
}

/** Undefined where nothing bounds it. */
export function queueOf(stage: Stage, capacity: number): QueueFigures | undefined {
  const nsOf = (bytes: number): number => (bytes * 8e9) / capacity;
  if (stage.kind === 'tbf') return { bytes: stage.limitBytes, ns: nsOf(stage.limitBytes) };
  const { packets = roomOf(stage, capacity), bytes, ns } = stage.queue ?? {};
  if (packets === undefined && bytes === undefined && ns === undefined) return undefined;
  const waits = [packets && nsOf(packets * FRAME_BYTES), bytes && nsOf(bytes), ns].filter((wait) => wait !== undefined);
  return {
    ...(packets !== undefined && { packets }),
    ...(bytes !== undefined && { bytes }),
    ns: Math.min(...waits),
  };
}

/** What `limit` leaves to the queue while the delay is full of full frames; for a stage without a queue of its own. */
function roomOf({ limit, delay, queue }: Netem, capacity: number): number | undefined {
  if (limit === undefined || queue) return undefined;
  return Math.max(0, limit - Math.ceil(((delay?.ns ?? 0) * capacity) / (8e9 * FRAME_BYTES)));
}
