/** Why a packet will not leave the link. */
export type DropCause =
  /** The loss model. */
  | 'loss'
  | 'outage'
  /** `queue` or `limit` was full, or the packet is larger than a token bucket. */
  | 'queue'
  /** Dropped early by the queue's discipline. */
  | 'aqm';

/** The frames behind the model's handles. The model owns a slot from `offer` until `take` returns it or `drop` gets it. */
export interface Frames {
  /** The same frame in a slot of its own, for a duplicate; -1 when there is no room. */
  copy(slot: number): number;
  /**
   * Inverts bit `at` (a fraction in [0, 1) of the bits that qualify): of the frame, or of its UDP or TCP payload, with the checksum made
   * right. False when there is nothing to invert, such as no payload.
   */
  corrupt(slot: number, where: 'frame' | 'payload', at: number): boolean;
  /** Sets Congestion Experienced (RFC 3168); false when the packet is not ECN-capable. */
  markCongestion(slot: number): boolean;
  /** 32 bits that packets of one flow share (addresses, protocol, ports). */
  flowHash(slot: number): number;
  drop(slot: number, cause: DropCause): void;
}
