import type { DatagramSocket } from '../datagram.ts';

/** Whose datagrams are inside the link, and how they go out of it. */
export interface Outlet {
  /** The socket beneath, or what stands for it. */
  readonly inner: Pick<DatagramSocket, 'send' | 'close'>;
  /** It takes nothing any more. */
  readonly closed: boolean;
  /** What the frame of a datagram holds beside the payload. */
  readonly headerBytes: number;
  /** Tells its flows from those of other sockets. */
  readonly flow: number;
  /** One more of its datagrams is inside the link. */
  entered(): void;
  /** That many are not any more. */
  gone(count: number): void;
  /** There is room again. */
  wake(): void;
}
