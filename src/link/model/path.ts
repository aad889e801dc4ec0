import type { Packets } from './packets.ts';

/** The row of elements, as one of them sees it. */
export interface Path {
  readonly packets: Packets;
  /** Arrival of the first packet of all: where outages and traces count from. */
  readonly origin: number;
  /**
   * Whether element number `first` and those behind it hold `limit` packets, or the link all that it may, besides the one that
   * arrives at `now`.
   */
  isFull(now: number, first: number, limit: number): boolean;
  /** Takes out of the last element what has left it by `now` and nobody has taken yet: to be called before others overtake it. */
  release(now: number): void;
  /** Hands a packet to element number `to`; out of the link behind the last. */
  pass(now: number, id: number, to: number): void;
}
