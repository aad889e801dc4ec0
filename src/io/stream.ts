import type { Address } from './address.ts';

export interface StreamOptions {
  /** TCP_NODELAY. Default true. */
  readonly nodelay?: boolean;
  /** TCP_CONGESTION; absent: the host's default. */
  readonly congestionControl?: string;
  readonly sendBufferBytes?: number;
  readonly receiveBufferBytes?: number;
  /** TCP_NOTSENT_LOWAT: how much the kernel may hold that it has not sent yet. */
  readonly unsentLimitBytes?: number;
}

/** What the kernel knows of a connection (TCP_INFO); absent where the platform does not tell, or it is not TCP. */
export interface StreamInfo {
  readonly retransmits: number;
  readonly srttSeconds: number;
  readonly congestionWindowBytes: number;
  readonly deliveryBitsPerSecond: number;
  /** Time spent with data to send but held back by the peer's window. */
  readonly receiveWindowLimitedSeconds: number;
  readonly busySeconds: number;
}

/** No event fires inside the call that made the socket. */
export interface StreamSocket {
  readonly local: Address | undefined;
  readonly remote: Address | undefined;
  /** Connected (an accepted socket is open from the start and does not fire this). */
  onOpen: () => void;
  /** Bytes, or the end of the stream, can be read; fires again until `read` returned 0 or -1. */
  onReadable: () => void;
  /** After a `write` that took less than it was given. */
  onWritable: () => void;
  /** Once, last of all; with the error when the connection failed or broke. */
  onClose: (error?: Error) => void;
  /** Returns how many of the bytes were taken, 0 when there is no room or the stream is not open. */
  write(bytes: Uint8Array, offset: number, length: number): number;
  /** Returns how many bytes were put into `into`, 0 when there is none now, -1 after the peer's last byte. */
  read(into: Uint8Array, offset: number, length: number): number;
  /** Sends what was taken, then the end of the stream; reading goes on. */
  end(): void;
  /** Closes both ways at once; what was taken is still sent by the kernel. */
  close(): void;
  /** Closes at once with a reset: nothing is retransmitted, no state is kept. */
  abort(): void;
  /** After the end: that of the end where it was asked for before, for reading it would make every close dearer; else undefined. */
  info(): StreamInfo | undefined;
  /** What is in force, of what its kind has: `congestion_control`, `nodelay`, `send_buffer_bytes`, `receive_buffer_bytes`. After the end: as last told. */
  settings(): Record<string, string | number | boolean>;
}

export interface StreamListener {
  readonly local: Address | undefined;
  onOpen: () => void;
  onStream: (socket: StreamSocket) => void;
  /**
   * A problem that leaves it open, such as too many open files (EMFILE): who wants to connect waits, and is accepted when there is room again.
   */
  onError: (error: Error) => void;
  onClose: (error?: Error) => void;
  close(): void;
}
