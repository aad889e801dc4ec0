import type { AckEvent } from '../congestion/control.ts';

export type WritableAckEvent = { -readonly [K in keyof AckEvent]: AckEvent[K] };

/** One object serves all events of a connection. */
export const emptyEvent = (): WritableAckEvent => ({
  now: 0,
  ackedBytes: 0,
  lostBytes: 0,
  lostPackets: 0,
  lostSentAt: -Infinity,
  priorInflight: 0,
  inflight: 0,
  delivered: 0,
  lost: 0,
  rttNs: Number.NaN,
  smoothedRttNs: Number.NaN,
  minRttNs: Infinity,
  deliveryRate: 0,
  rateAppLimited: false,
  sentInflight: 0,
  lostSinceSent: 0,
  roundStart: false,
  appLimited: false,
});
