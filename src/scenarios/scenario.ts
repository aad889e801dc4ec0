import type { ZodType } from 'zod';
import type { Loop } from '../io/loop.ts';
import type { Metrics, Series, DelayCurve, Flag } from '../record/schema.ts';
import type { Connection, Traits } from '../transports/transport.ts';

/** When things happen, in ns on the clock that both ends share. */
export interface Schedule {
  /** Warm-up traffic starts, */
  readonly start: number;
  /** and ends: equal to `open` for transports whose state must not cool down, else early enough for the link to empty. */
  readonly warmEnd: number;
  /** The measured window. */
  readonly open: number;
  readonly close: number;
  /** Messages that have not arrived by then are lost (unreliable), or the trial has failed (reliable). */
  readonly drainEnd: number;
}

/** What a scenario may know of the path: per direction, absent where the link names no rate. */
export interface PathFacts {
  /** Payload bits per second that fit, given this transport's framing and this message size. */
  payloadCapacity(direction: 'up' | 'down', messageBytes: number): number | undefined;
}

export interface HalfContext<P> {
  readonly params: P;
  /** Stamped on every message of this trial. */
  readonly trialId: number;
  readonly seed: number;
  readonly loop: Loop;
  readonly traits: Traits;
  readonly path: PathFacts;
  /** Sends a JSON value to the other half, over the control channel, never over the measured path. */
  tell(value: unknown): void;
  /** Ready to be given a schedule. */
  ready(): void;
  /** Nothing left to do; `result()` will be asked for once both halves are done. */
  done(): void;
  fail(error: Error): void;
  /** A sample for the live display and the series: the value of `metric` over the interval that ends now. */
  sample(metric: string, value: number): void;
}

/** One end of a scenario at work. */
export interface Half {
  /** A connection has opened (client) or been accepted (server). */
  onConnection(connection: Connection): void;
  onSchedule(schedule: Schedule): void;
  /** What the other half told. */
  onTold(value: unknown): void;
  /** Every 100 ms from `start` to `close`: the moment to `sample`. */
  onSample(): void;
  /** Plain JSON, handed to `summarise`. */
  result(): unknown;
}

export interface Summary {
  readonly metrics: Metrics;
  readonly flags: readonly Flag[];
  readonly delay?: DelayCurve;
}

export interface Plan {
  /** Whether warm-up makes sense (not when everything is to be counted from the first byte). */
  readonly warmup: boolean;
  /** Length of the window in seconds, at most. */
  readonly seconds: number;
  /** Whether the window ends early when both halves are done. */
  readonly untilDone: boolean;
}

/** A workload. One file each; third parties pass theirs through `defineScenario` in `bench.config.ts`. */
export interface Scenario<P = Record<string, unknown>> {
  readonly name: string;
  readonly summary: string;
  readonly params: ZodType<P>;
  /** Traits that a transport must have, else the case is `unsupported`. */
  readonly needs?: Partial<Traits>;
  plan(params: P, defaults: { readonly seconds: number }): Plan;
  client(context: HalfContext<P>): Half;
  server(context: HalfContext<P>): Half;
  summarise(params: P, client: unknown, server: unknown, schedule: Schedule): Summary;
}

export type { Series };
