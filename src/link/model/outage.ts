import type { Outage } from '../profile.ts';

/** Whether the link is down at `sinceOrigin`, ns after its first packet. */
export function isDown({ everyNs, forNs, afterNs }: Outage, sinceOrigin: number): boolean {
  return sinceOrigin >= afterNs && (sinceOrigin - afterNs) % everyNs < forNs;
}
