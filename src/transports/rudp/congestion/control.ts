/**
 * What has become known with one acknowledgement, or when a timer declared losses. One object, reused: valid inside the
 * call only. Times are ns, sizes are UDP payload bytes, rates are bytes per second.
 */
export interface AckEvent {
  readonly now: number;
  /** Newly acknowledged, and newly declared lost. */
  readonly ackedBytes: number;
  readonly lostBytes: number;
  readonly lostPackets: number;
  /** When the most recently sent of the newly lost packets had been sent; -Infinity when none is lost. */
  readonly lostSentAt: number;
  /** Bytes sent that are neither acknowledged nor declared lost: before this event and after it. */
  readonly priorInflight: number;
  readonly inflight: number;
  /** Totals of the connection: acknowledged bytes, bytes declared lost (those found spurious taken out again). */
  readonly delivered: number;
  readonly lost: number;
  /** The latest round-trip sample, NaN when this event brought none; smoothed; least of the connection. */
  readonly rttNs: number;
  readonly smoothedRttNs: number;
  readonly minRttNs: number;
  /** Delivery rate sample (draft-cheng-iccrg-delivery-rate-estimation); 0 when there is none. */
  readonly deliveryRate: number;
  /** The sample was taken while the application, not the path, set the pace. */
  readonly rateAppLimited: boolean;
  /** In flight when the most recently sent of the newly acknowledged packets had just been sent; 0 when none is acked. */
  readonly sentInflight: number;
  /** Bytes declared lost between the sending of that packet and now. */
  readonly lostSinceSent: number;
  /** A packet that was sent after the previous round had ended is acknowledged: one round trip has passed. */
  readonly roundStart: boolean;
  /** The sender has nothing more to send than it has room for. */
  readonly appLimited: boolean;
}

/** Decides how much may be in flight and how fast it leaves. One per connection; a pure state machine. */
export interface CongestionControl {
  readonly name: string;
  /** Most bytes in flight. */
  readonly window: number;
  /** Bytes per second; Infinity: not paced. */
  readonly pacingRate: number;
  /** For qlog and the series: `startup`, `recovery`, ... */
  readonly phase: string;
  /** Just before a packet counts as in flight: `inflight` does not hold it yet. */
  onSent(now: number, bytes: number, inflight: number): void;
  onAck(event: AckEvent): void;
  /** Packets that had been declared lost, sent at `sentAt` at the earliest, have been acknowledged after all. */
  onSpuriousLoss(now: number, bytes: number, sentAt: number): void;
  /** Everything over several PTOs was lost (RFC 9002 7.6). */
  onPersistentCongestion(now: number): void;
  /** The size of full packets has changed. */
  setPacketBytes(bytes: number): void;
}

export interface ControlOptions {
  /** Bytes of full packets. */
  readonly packetBytes: number;
  /** First window in packets. */
  readonly initialPackets: number;
  /** Of the handshake; NaN when there is no sample yet. */
  readonly initialRttNs: number;
  /** Bits per second; for `fixed`. */
  readonly rateBps?: number;
  /** In [0, 1): seeds what is random, such as the phase of a probing cycle. */
  readonly random: () => number;
}
