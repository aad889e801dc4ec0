/**
 * The clock and scheduler of one data-plane thread. All times are nanoseconds of CLOCK_MONOTONIC, which every process of
 * a host shares, so that a time stamped by one endpoint can be compared with a time read by another.
 */
export interface Loop {
  now(): number;
  /** A timer that is not armed yet; make one and arm it again and again: arming allocates nothing. */
  timer(callback: () => void): Timer;
  /** Called at every turn of the loop, at least every 50 ms: the place to look at mail from other threads. */
  onTurn: () => void;
  /**
   * Runs until `stop()`. A blocking loop returns a promise that is already settled, having held the thread the whole
   * time: promises and Node's own events do not advance inside it. Rejects with what a callback threw.
   */
  run(): Promise<void>;
  stop(): void;
}

export interface Timer {
  /** Fires once at `ns`, in order of time and then of arming, and never early; arming again moves it. */
  arm(ns: number): void;
  cancel(): void;
}
