import { lateShare } from '../late-share.ts';
import type { Netem } from '../profile.ts';
import { formatTime } from '../units.ts';
import { inPercent } from './percent.ts';

/** The traffic by which reordering is judged. */
const PACKET_BYTES = 1500;
const RATE_BPS = 10e6;
const SPACING_NS = (PACKET_BYTES * 8e9) / RATE_BPS;

/** What changes the order of packets unasked, and what overtaking does to a rate. */
export function orderWarnings(netem: Netem): string[] {
  return [jitterWarning(netem), overtakingWarning(netem)].filter((warning) => warning !== undefined);
}

function jitterWarning({ delay, rate, trace, keepOrder }: Netem): string | undefined {
  if (!delay?.jitterNs || rate || trace || keepOrder) return undefined;
  const share = delay.distribution ? 0 : lateShare(delay.jitterNs, SPACING_NS);
  const effect =
    share > 0.001
      ? `${inPercent(share)} of ${PACKET_BYTES}-byte packets at 10 Mbit/s leave after one that was sent later`
      : 'packets sent close together leave in any order';
  return (
    `a jitter of ${formatTime(delay.jitterNs)} reorders: ${effect}; write 'keep-order' to keep the order, ` +
    'or a rate, which serialises'
  );
}

function overtakingWarning({ reorder, rate, trace }: Netem): string | undefined {
  if (!reorder || !(rate || trace)) return undefined;
  const share = 1 / (reorder.gap - 1 + 1 / reorder.p);
  const bottleneck = rate ? 'rate' : 'trace';
  return (
    `reorder sends ${inPercent(share)} of the packets past the ${bottleneck} too, so that more gets through than it says; ` +
    `give the ${bottleneck} a stage of its own before it: netem ${bottleneck} ... | netem delay ... reorder ...`
  );
}
