import type { DirectionProfile, Profile } from './profile.ts';
import { MAX_HELD } from './profile.ts';

/** The largest Ethernet frame at an MTU of 1500, without its checksum. */
const FRAME_BYTES = 1514;
/** The smallest frames that the delay line is planned for. */
const SMALL_FRAME_BYTES = 64;
const MIN_QUEUE = 64;

function effectiveDirection(profile: DirectionProfile, roundTripNs: number): DirectionProfile {
  const { rateBps, limit, delayNs, jitterNs } = profile;
  if (limit !== undefined) return profile;
  if (rateBps === undefined) return { ...profile, limit: MAX_HELD };
  const framesIn = (ns: number, bytes: number) => Math.ceil((rateBps * ns) / (8e9 * bytes));
  const queue = profile.queue ?? Math.min(MAX_HELD, Math.max(MIN_QUEUE, framesIn(roundTripNs, FRAME_BYTES)));
  const delayLine = framesIn(delayNs + jitterNs, SMALL_FRAME_BYTES);
  return { ...profile, limit: Math.min(MAX_HELD, delayLine + queue), queue };
}

/**
 * Fills in what a profile leaves out: `queue` is one round-trip bandwidth-delay product, at least 64 packets, and
 * `limit` is that plus the packets inside the delay, at most {@link MAX_HELD}. A profile that names its `limit` keeps
 * netem's meaning: that bound alone, unless it names a `queue` too.
 */
export function effectiveProfile(profile: Profile): Profile {
  const roundTripNs = profile.up.delayNs + profile.down.delayNs;
  return {
    up: effectiveDirection(profile.up, roundTripNs),
    down: effectiveDirection(profile.down, roundTripNs),
  };
}

/** An upper bound, in ns, of the time that a frame can stay inside a direction of an effective profile. */
export function maxHoldingNs(profile: DirectionProfile): number {
  const { delayNs, jitterNs, rateBps } = profile;
  const waiting = Math.min(profile.queue ?? MAX_HELD, profile.limit ?? MAX_HELD);
  const serialising = rateBps === undefined ? 0 : (waiting * FRAME_BYTES * 8e9) / rateBps;
  return delayNs + jitterNs + serialising;
}
