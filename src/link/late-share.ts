const STEPS = 1000;

/**
 * Share of evenly spaced packets that leave after one sent later (RFC 4737, reordered), for delays uniform within +-jitter.
 * A packet that is u late of at most 2 x jitter stays in order if none of those behind it, k spacings later, is quicker by that.
 */
export function lateShare(jitterNs: number, spacingNs: number): number {
  const width = 2 * jitterNs;
  let inOrder = 0;
  for (let step = 0; step < STEPS; step++) {
    const late = (width * (step + 0.5)) / STEPS;
    let kept = 1;
    for (let ahead = late - spacingNs; ahead > 0 && kept > 1e-6; ahead -= spacingNs) kept *= 1 - ahead / width;
    inOrder += kept / STEPS;
  }
  return 1 - inOrder;
}
