import type { Address } from './address.ts';
import type { DatagramSocket } from './datagram.ts';

/**
 * A connection that keeps the boundaries of what is sent (SOCK_SEQPACKET): nothing is lost or reordered, a full buffer holds the sender
 * back. What `send` is given has at least one byte: an empty packet could not be told from the end.
 */
export interface SeqpacketSocket extends DatagramSocket {
  readonly remote: Address | undefined;
  /** The peer's last packet was heard. */
  onEnd: () => void;
  /** Sends what was taken, then the end; hearing goes on. */
  end(): void;
}

export interface SeqpacketListener {
  readonly local: Address | undefined;
  onOpen: () => void;
  /** It is open from the start and does not fire `onOpen`. */
  onSocket: (socket: SeqpacketSocket) => void;
  /** A problem that leaves it open, as of a `StreamListener`. */
  onError: (error: Error) => void;
  onClose: (error?: Error) => void;
  close(): void;
}
