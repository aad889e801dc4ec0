/** In which order packets leave a queue, and which of them are dropped. What it drops it takes out of the `Waiting` by itself. */
export interface QueueDiscipline {
  /** Whether a packet that finds room may join; it is not in the `Waiting` yet. */
  admits(now: number, id: number): boolean;
  push(id: number): void;
  /** The packet that is served next, or -1. */
  shift(now: number): number;
  /** Drops some of what waits, of which there is some. Absent: where there is no room, it is the packet that comes which is dropped. */
  makeRoom?(): void;
}
