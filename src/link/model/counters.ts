/**
 * packetsIn + duplicated = packetsOut + lost + outage + queueDropped + aqmDropped + what is held. Bytes are those of whole Ethernet
 * frames.
 */
export interface LinkCounters {
  packetsIn: number;
  bytesIn: number;
  packetsOut: number;
  bytesOut: number;
  /** Dropped by the loss model. */
  lost: number;
  /** Dropped because they arrived during an outage. */
  outage: number;
  /** Dropped because `queue` or `limit` was full, or larger than a token bucket. */
  queueDropped: number;
  /** Dropped early by the queue's discipline. */
  aqmDropped: number;
  /** Copies made. */
  duplicated: number;
  /** Frames of which a bit was inverted. */
  corrupted: number;
  /** Marked Congestion Experienced, by the loss model or by the queue's discipline. */
  ecnMarked: number;
  /** Left after a packet that had entered later. */
  reordered: number;
}

export const noCounts = (): LinkCounters => ({
  packetsIn: 0,
  bytesIn: 0,
  packetsOut: 0,
  bytesOut: 0,
  lost: 0,
  outage: 0,
  queueDropped: 0,
  aqmDropped: 0,
  duplicated: 0,
  corrupted: 0,
  ecnMarked: 0,
  reordered: 0,
});
