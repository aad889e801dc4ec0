import type { Recovery } from '../send/recovery.ts';

/** What an engine tells of itself, for a log of the connection. Sizes are bytes, times ns. */
export interface EngineLog {
  opened(now: number): void;
  /** `offset` -1: no data inside. `flags`: those of `SentPackets`. */
  packetSent(now: number, number: number, size: number, offset: number, length: number, flags: number): void;
  /** `acked`: what it acknowledges, ranges of packet numbers, both inclusive, in descending order. */
  packetReceived(now: number, number: number, size: number, acked: readonly (readonly [number, number])[]): void;
  packetDropped(now: number, size: number, why: string): void;
  packetLost(now: number, number: number): void;
  /** After an acknowledgement. */
  metrics(now: number, recovery: Recovery): void;
  mtuUpdated(now: number, size: number): void;
  closed(now: number, reason: string): void;
}
