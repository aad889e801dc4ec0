import { capacityBps } from './effective.ts';
import { FRAME_BYTES } from './model/holding.ts';
import type { DirectionProfile, Netem, Profile, Tbf } from './profile.ts';
import { MAX_HELD } from './profile.ts';
import { formatRate, formatSize, formatTime } from './units.ts';
import { correlationWarnings } from './warnings/correlation.ts';
import { lossStateWarnings } from './warnings/loss-states.ts';
import { orderWarnings } from './warnings/order.ts';

/** Without any rate packets come as fast as the sender can: a limit that this rate meets will be met. */
const FAST_BPS = 1e9;

/** What a profile does that its words do not suggest, each with the better choice; a direction is named where they differ. */
export function warningsOf({ up, down }: Profile): string[] {
  const [ofUp, ofDown] = [directionWarnings(up), directionWarnings(down)];
  const shared = ofUp.filter((warning) => ofDown.includes(warning));
  const own = (warnings: readonly string[]) => warnings.filter((warning) => !shared.includes(warning));
  return [...shared, ...own(ofUp).map((text) => `up: ${text}`), ...own(ofDown).map((text) => `down: ${text}`)];
}

function directionWarnings(direction: DirectionProfile): string[] {
  const capacity = capacityBps(direction);
  const found = direction.stages.flatMap((stage) => {
    if (stage.kind === 'tbf') return bucketWarnings(stage);
    return [
      ...correlationWarnings(stage),
      ...lossStateWarnings(stage),
      ...orderWarnings(stage),
      ...corruptionWarnings(stage),
      ...roomWarnings(stage, capacity),
      ...seedWarnings(stage),
    ];
  });
  return [...new Set(found)];
}

function corruptionWarnings({ corrupt }: Netem): string[] {
  if (corrupt?.where !== 'frame') return [];
  return [
    'corrupt inverts a bit anywhere in the frame, and the checksums of the receiver turn nearly all of that into loss; ' +
      "write 'payload' behind it for damage that arrives",
  ];
}

/** Packets inside the delay take up room too. */
function roomWarnings({ limit, delay }: Netem, capacity: number | undefined): string[] {
  if (!delay || delay.ns === 0) return [];
  const room = limit ?? MAX_HELD;
  const most = (room * FRAME_BYTES * 8e9) / delay.ns;
  if (most >= (capacity ?? FAST_BPS)) return [];
  const fits = `a delay of ${formatTime(delay.ns)} holds ${room} frames of ${FRAME_BYTES} bytes at ${rounded(most)}`;
  const need = capacity === undefined ? '' : ` (${rounded(capacity)} needs ${framesIn(capacity, delay.ns)})`;
  const less =
    capacity === undefined ? 'add a rate below that, or choose a smaller delay' : 'choose a smaller rate or delay';
  if (limit === undefined) return [`${fits}, and no direction holds more${need}; ${less}`];
  return [`${fits}: limit ${limit} drops what comes faster${need}; leave 'limit' out, and it is made to fit`];
}

function seedWarnings({ seed }: Netem): string[] {
  if (seed === undefined) return [];
  return [
    `seed ${seed} gives the same draws every time, so that repetitions are no independent samples; leave it out: ` +
      '--seed makes all of it repeatable',
  ];
}

function bucketWarnings({ burstBytes, mtuBytes = burstBytes, limitBytes }: Tbf): string[] {
  const least = Math.min(burstBytes, mtuBytes, limitBytes);
  if (least >= FRAME_BYTES) return [];
  return [
    `tbf drops every packet that is larger than its buckets and its queue, ${formatSize(least)}; ` +
      `a full frame has ${FRAME_BYTES} bytes: raise burst, mtu or limit`,
  ];
}

const framesIn = (bps: number, ns: number): number => Math.ceil((bps * ns) / (8e9 * FRAME_BYTES));

/** A rate to three digits. */
const rounded = (bps: number): string => formatRate(Math.round(Number(bps.toPrecision(3)) / 8) * 8);
