import type { Rig } from '../../rig.ts';

const FRAME = 1514;

export interface Outcome {
  /** Waits before the serialiser of what was delivered, and its share of the time, of the second half of the run. */
  readonly meanWaitNs: number;
  readonly busy: number;
}

/**
 * One flow with a window that grows by a packet each round trip and halves when a packet is lost or marked (once each round trip), over a
 * link that takes `serviceNs` for a frame and a path back of `rttNs`.
 */
export function additiveIncrease(
  rig: Rig,
  serviceNs: number,
  rttNs: number,
  forNs: number,
  ecnCapable = false,
): Outcome {
  const sentAt: number[] = [];
  /** Feedback on its way: [when, slot, bad]. In order, since the path back keeps it. */
  const feedback: [number, number, boolean][] = [];
  let window = 2;
  let inFlight = 0;
  let calmFrom = 0;
  let drops = 0;
  let delivered = 0;
  let waited = 0;
  for (let now = 0; now < forNs; now += serviceNs) {
    for (const [slot, due] of rig.take(now)) {
      feedback.push([due + rttNs, slot, rig.frames.at(slot).marked]);
      if (now < forNs / 2) continue;
      delivered++;
      waited += due - sentAt[slot] - serviceNs;
    }
    for (; drops < rig.frames.dropped.length; drops++) feedback.push([now + rttNs, rig.frames.dropped[drops], true]);
    while (feedback.length > 0 && feedback[0][0] <= now) {
      const [, slot, bad] = feedback.shift() ?? [0, 0, false];
      inFlight--;
      if (!bad) window += 1 / window;
      else if (sentAt[slot] >= calmFrom) {
        window = Math.max(1, window / 2);
        calmFrom = now;
      }
    }
    for (; inFlight < Math.floor(window); inFlight++) sentAt[rig.offer(now, FRAME, { ecnCapable })] = now;
  }
  return { meanWaitNs: waited / delivered, busy: (2 * delivered * serviceNs) / forNs };
}
