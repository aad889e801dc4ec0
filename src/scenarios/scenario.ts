import type { ZodType } from 'zod';
import type { Loop } from '../io/loop.ts';
import type { DelayCurve, Flag, LinkAccount, Metrics, Series } from '../record/schema.ts';
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

/** What a scenario may know of the path. */
export interface PathFacts {
  /** Payload bits per second that fit, given this transport's framing and this message size; absent where neither the link nor the emulator sets a bound. */
  payloadCapacity(direction: DataDirection, messageBytes: number): number | undefined;
}

/** `up`: client to server; `down`: server to client. */
export type DataDirection = 'up' | 'down';

export interface HalfContext<P> {
  readonly params: P;
  /** Stamped on every message of this trial. */
  readonly trialId: number;
  readonly loop: Loop;
  readonly traits: Traits;
  readonly path: PathFacts;
  /**
   * Opens one more connection to the server; its events are the caller's, a failure of it included. Clients only, and not before
   * `onConnection`. The trial's end aborts it.
   */
  connect(): Connection;
  /** Aborts a connection, opened or accepted, and forgets it: the trial holds all others until its end. */
  abandon(connection: Connection): void;
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
  /**
   * The trial's connection has opened (client), or one has been accepted (server). Its end before this half is done fails the trial,
   * unless the half takes over `onClose`.
   */
  onConnection(connection: Connection): void;
  onSchedule?(schedule: Schedule): void;
  /** What the other half told. */
  onTold?(value: unknown): void;
  /** Every 100 ms from `start` to `close`: the moment to `sample`. */
  onSample?(): void;
  /** Plain JSON, handed to `summarise`. */
  result(): unknown;
}

/** What a scenario makes of a finished trial. */
export interface Summary {
  readonly metrics: Metrics;
  readonly flags: readonly Flag[];
  readonly delay?: DelayCurve;
  /** Beside what was sampled: `t` in seconds since the window opened. */
  readonly series?: readonly Series[];
  /** What a person should see of it, such as a picture that was received. */
  readonly attachments?: readonly Attachment[];
}

/** A small file (some 100 KB) for the report. */
export interface Attachment {
  /** What it is, for people: `original`, `received`. */
  readonly name: string;
  /** A media type that browsers show, such as `image/jpeg`. */
  readonly type: string;
  readonly base64: string;
}

/** What there is to summarise: the results of both halves, and the link's account where there was a link. */
export interface Finished<P> {
  readonly params: P;
  readonly client: unknown;
  readonly server: unknown;
  readonly link: LinkAccount | undefined;
}

export interface Plan {
  /** Whether a warm-up makes sense: not when everything is to be counted from the first byte. */
  readonly warmup: boolean;
  /** Length of the window in seconds, at most where there is a `totalBytes`. */
  readonly seconds: number;
  /** Payload after which it is over; absent: it takes all of the window. */
  readonly totalBytes?: number;
  /** Payload that it sends per second at most; absent: as much as goes. */
  readonly offeredBps?: number;
  /** Size of the largest message, so that one too large for a transport is refused before anything is measured. */
  readonly messageBytes: number;
}

/** A workload. One file each; third parties pass theirs through `defineScenario` in `bench.config.ts`. */
export interface Scenario<P = Record<string, unknown>> {
  readonly name: string;
  readonly summary: string;
  readonly params: ZodType<P>;
  /** Traits that a transport must have, else the case is `unsupported`. */
  readonly needs?: Partial<Traits>;
  /** It frames its messages itself: over a byte stream it is given the stream, without a transport's own framing (trait `framing` = `bytes`). */
  readonly unframed?: true;
  plan(params: P, defaults: { readonly seconds: number; readonly timeoutSeconds: number }): Plan;
  client(context: HalfContext<P>): Half;
  server(context: HalfContext<P>): Half;
  summarise(finished: Finished<P>): Summary;
}
