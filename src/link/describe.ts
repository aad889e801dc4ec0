import { formatBitRate, formatBytes, formatCount, formatRatio, formatSeconds } from '../record/units.ts';
import { describeStage } from './describe-stage.ts';
import { figuresOf, roundTripNs } from './figures.ts';
import { FRAME_BYTES } from './model/holding.ts';
import { delayAt, type LightLoad } from './portrait.ts';
import type { DirectionProfile, Profile } from './profile.ts';

/** TCP's payload in a full frame: less Ethernet, IPv4 and TCP headers, the last with timestamps. */
const PAYLOAD_PER_FRAME = FRAME_BYTES - 14 - 20 - 32;

/** What one direction of an effective profile does, a sentence per effect. */
export function describeDirection(profile: Profile, name: 'up' | 'down'): string[] {
  const direction = profile[name];
  if (direction.stages.length === 0) return ['Nothing is done to the packets.'];
  const several = direction.stages.length > 1;
  const effects = direction.stages.flatMap((stage, i) =>
    describeStage(stage).map((sentence) => (several ? `Stage ${i + 1}: ${sentence}` : sentence)),
  );
  return [...(effects.length > 0 ? effects : ['Nothing is done to the packets.']), ...consequences(direction, profile)];
}

function consequences(direction: DirectionProfile, profile: Profile): string[] {
  const { capacityBps } = figuresOf(direction);
  if (capacityBps === undefined) return ['Nothing limits the rate: there is no bottleneck, hence no queue.'];
  const roundTrip = roundTripNs(profile);
  const product = (capacityBps * roundTrip) / 8e9;
  const transfer = ((1e6 / PAYLOAD_PER_FRAME) * FRAME_BYTES * 8) / capacityBps;
  return [
    `1 MB takes ${formatSeconds(transfer)} to send in full TCP segments, at ${formatBitRate(capacityBps)}.`,
    `Bandwidth-delay product of the ${formatSeconds(roundTrip / 1e9)} round trip: ${formatBytes(product)}, ` +
      `${formatCount(Math.ceil(product / FRAME_BYTES))} full frames.`,
  ];
}

/** What a light load was, and what came of it. */
export function describeLightLoad(load: LightLoad): string {
  const { frames, lossRuns, lost, reordered, duplicated } = load;
  const sentences = [
    delays(load),
    lost === 0
      ? 'nothing lost'
      : `${formatRatio(lost / frames)} lost, ${rounded(lost / lossRuns.length)} in a row on average, ${rounded(lossRuns.at(-1) ?? 0)} at most`,
    reordered > 0 && `${formatRatio(reordered / frames)} overtaken by later ones`,
    duplicated > 0 && `${formatRatio(duplicated / frames)} came twice`,
  ].filter((sentence) => typeof sentence === 'string');
  return `Of ${lightLoadTitle(load)}: ${sentences.join('; ')}.`;
}

export function lightLoadTitle({ frames, frameBytes, intervalNs, seed }: LightLoad): string {
  const every = formatSeconds(intervalNs / 1e9);
  return `${formatCount(frames)} simulated frames of ${frameBytes} bytes, one every ${every} (seed ${seed})`;
}

const rounded = (count: number): string => formatCount(Number(count.toPrecision(3)));

function delays(load: LightLoad): string {
  const at = (q: number): string => formatSeconds(delayAt(load, q) ?? Number.NaN);
  if (load.delaysNs.length === 0) return 'none came through';
  return `delay ${at(0)} at least, ${at(0.5)} in the median, ${at(0.99)} or less for 99 %, ${at(1)} at most`;
}
