import type { CongestionControl, ControlOptions } from '../congestion/control.ts';
import type { ConnectionId } from '../wire/packet.ts';
import type { Parameters } from '../wire/parameters.ts';
import type { EngineLog } from './engine-log.ts';

/** What an engine has to know. Times are ns, sizes bytes. */
export interface EngineSetup {
  readonly now: number;
  /** The peer's id, put on every packet. */
  readonly peer: ConnectionId;
  /** What both ends announced. */
  readonly local: Parameters;
  readonly remote: Parameters;
  readonly makeControl: (options: ControlOptions) => CongestionControl;
  readonly initialPackets: number;
  /** Bits per second, for congestion control that wants to be told. */
  readonly rateBps?: number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Of the handshake; NaN: unknown. */
  readonly roundTripNs: number;
  /** Largest UDP payload that the interface takes. */
  readonly maxPayload: number;
  /** Credit that the peer is given at most. */
  readonly maxWindow: number;
  /** How long a message may be sent again after it was taken; for the mode `deadline`. */
  readonly deadlineNs: number;
  readonly keepAliveNs: number;
  /** A client's: goes ahead of its packets until the server has been heard. */
  readonly answer?: Uint8Array;
  readonly log?: EngineLog;
}
