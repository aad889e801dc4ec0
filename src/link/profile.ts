/**
 * What a link does. Times are whole ns, rates bits per second over whole Ethernet frames (14-byte header, no checksum), and
 * probabilities and correlations fractions in [0, 1], unless a name says otherwise. What is absent is off.
 */
export interface Profile {
  /** Client to server. */
  readonly up: DirectionProfile;
  /** Server to client. */
  readonly down: DirectionProfile;
}

/** One direction: the stages that a packet passes, in this order. None: unimpaired. */
export interface DirectionProfile {
  readonly stages: readonly Stage[];
}

export type Stage = Netem | Tbf;

/** A `netem` qdisc, with netduel's own words (`queue`, `keepOrder`, `outage`, `trace`) beside tc's. */
export interface Netem {
  readonly kind: 'netem';
  readonly delay?: Delay;
  readonly loss?: LossModel;
  /** ECN-capable packets are marked instead of lost. */
  readonly ecn?: boolean;
  readonly duplicate?: Chance;
  readonly corrupt?: Corruption;
  readonly reorder?: Reordering;
  readonly rate?: Rate;
  readonly slot?: Slot;
  /** Most packets held at a time, those in the delay line included. */
  readonly limit?: number;
  /** 64 bits; of this stage alone. */
  readonly seed?: bigint;
  /** The queue before `rate` or `trace`. */
  readonly queue?: Queue;
  /** No packet is due before one that came earlier. */
  readonly keepOrder?: boolean;
  readonly outage?: Outage;
  /** Capacity over time, in place of `rate`. */
  readonly trace?: Trace;
}

/** A `tbf` qdisc: token bucket and a queue of bytes before it. */
export interface Tbf {
  readonly kind: 'tbf';
  readonly rateBps: number;
  /** Bucket size; larger packets are dropped. */
  readonly burstBytes: number;
  /** Bytes that may wait; tbf's `latency` has been worked out to this. */
  readonly limitBytes: number;
  readonly peakRateBps?: number;
  /** Second bucket, of the peak rate. */
  readonly mtuBytes?: number;
  readonly overheadBytes?: number;
  /** Smallest size that a packet is charged for. */
  readonly mpuBytes?: number;
}

export interface Chance {
  readonly p: number;
  /** Of netem's correlation filter, which narrows the distribution: see `warnings.ts`. */
  readonly correlation: number;
}

export interface Delay {
  readonly ns: number;
  readonly jitterNs: number;
  readonly correlation: number;
  /** Absent: uniform within +-jitter. */
  readonly distribution?: Distribution;
}

/** A table of netem by name; one that is not built in brings its values, in units of jitter / 8192. */
export interface Distribution {
  readonly name: string;
  readonly values?: readonly number[];
}

/** `h1` and `k1` are tc's 1-h and 1-k: the loss in the bad and in the good state. */
export type LossModel =
  | ({ readonly kind: 'random' } & Chance)
  | {
      readonly kind: 'state';
      readonly p13: number;
      readonly p31: number;
      readonly p32: number;
      readonly p23: number;
      readonly p14: number;
    }
  | { readonly kind: 'gemodel'; readonly p: number; readonly r: number; readonly h1: number; readonly k1: number };

export interface Corruption extends Chance {
  /**
   * Where the inverted bit lies: anywhere in the frame, as in netem (most such packets are dropped by the receiver's checksum),
   * or in the payload of UDP or TCP with the checksum made right again, so that the damage arrives (our own word).
   */
  readonly where: 'frame' | 'payload';
}

export interface Reordering extends Chance {
  /** The packets from one candidate for overtaking to the next. */
  readonly gap: number;
}

export interface Rate {
  readonly bps: number;
  /** Added to the size of every packet; may be negative. */
  readonly packetOverhead: number;
  /** Packets are cut into cells of this size; 0: they are not. */
  readonly cellBytes: number;
  readonly cellOverhead: number;
}

/** Deliveries bunched into slots; 0 packets or bytes: no such bound. */
export interface Slot {
  readonly gap:
    | { readonly kind: 'uniform'; readonly minNs: number; readonly maxNs: number }
    | {
        readonly kind: 'distribution';
        readonly distribution: Distribution;
        readonly delayNs: number;
        readonly jitterNs: number;
      };
  readonly packets: number;
  readonly bytes: number;
}

/** Each bound holds where it is given; one of them is. */
export interface Queue {
  readonly packets?: number;
  readonly bytes?: number;
  /** Longest wait before the serialiser. */
  readonly ns?: number;
  /** Absent: what finds the queue full is dropped. */
  readonly discipline?: Discipline;
}

export type Discipline =
  | { readonly kind: 'drophead' }
  /** RFC 8289. */
  | { readonly kind: 'codel'; readonly targetNs: number; readonly intervalNs: number; readonly ecn: boolean }
  /** RFC 8290. */
  | {
      readonly kind: 'fq_codel';
      readonly targetNs: number;
      readonly intervalNs: number;
      readonly ecn: boolean;
      readonly flows: number;
      readonly quantumBytes: number;
    }
  /** RFC 8033. */
  | { readonly kind: 'pie'; readonly targetNs: number; readonly updateNs: number; readonly ecn: boolean };

/** All that arrives is lost while it lasts. Time counts from the first packet: up, then at `afterNs` down for `forNs`, and so on. */
export interface Outage {
  readonly everyNs: number;
  readonly forNs: number;
  readonly afterNs: number;
}

/** A trace in Mahimahi's format: at each time, in ms and not decreasing, 1,504 bytes may leave; after the last it starts anew. */
export interface Trace {
  readonly name: string;
  readonly ms: Uint32Array;
}

/** Most packets that a direction may hold: the emulator sets memory aside for each, one frame slot. */
export const MAX_HELD = 32_768;
