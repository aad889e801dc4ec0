import { z } from 'zod';
import type { Timer } from '../io/loop.ts';
import type { Connection } from '../transports/transport.ts';
import type { Half, HalfContext, Scenario, Schedule } from './scenario.ts';

/** Long enough for a few round trips of any path that this is asked of. */
const SECONDS = 0.5;

interface OpeningResult {
  /** From asking for a connection to being allowed to send; absent when that never came. */
  readonly setupSeconds?: number;
}

/** Opens one more connection when the window opens, and sends nothing over it: all that the link counts is the set-up. */
class OpeningClient implements Half {
  readonly #context: HalfContext<unknown>;
  readonly #opening: Timer;
  readonly #closing: Timer;
  #setupNs: number | undefined;

  constructor(context: HalfContext<unknown>) {
    this.#context = context;
    this.#opening = context.loop.timer(() => this.#open());
    this.#closing = context.loop.timer(() => {
      context.tell('over');
      context.done();
    });
  }

  onConnection(): void {
    this.#context.ready();
  }

  onSchedule({ open, close }: Schedule): void {
    this.#opening.arm(open);
    this.#closing.arm(close);
  }

  #open(): void {
    const started = this.#context.loop.now();
    const connection = this.#context.connect();
    connection.onOpen = () => {
      this.#setupNs = this.#context.loop.now() - started;
    };
    connection.onClose = (error) => {
      if (error) this.#context.fail(error);
    };
  }

  result(): OpeningResult {
    return this.#setupNs === undefined ? {} : { setupSeconds: this.#setupNs / 1e9 };
  }
}

/** Accepts whatever comes. */
class OpeningServer implements Half {
  readonly #context: HalfContext<unknown>;
  #first: Connection | undefined;

  constructor(context: HalfContext<unknown>) {
    this.#context = context;
  }

  onConnection(connection: Connection): void {
    if (this.#first) return;
    this.#first = connection;
    this.#context.ready();
  }

  onTold(): void {
    this.#context.done();
  }

  result(): null {
    return null;
  }
}

/** What it takes to be allowed to send: not a workload, so no list names it. */
export const opening: Scenario = {
  name: 'opening',
  summary: 'a connection that is set up and not used',
  params: z.strictObject({}),
  plan: () => ({ warmup: false, seconds: SECONDS, messageBytes: 1 }),
  client: (context) => new OpeningClient(context),
  server: (context) => new OpeningServer(context),
  summarise({ client }) {
    const { setupSeconds } = client as OpeningResult;
    return {
      metrics: { duration_s: SECONDS, ...(setupSeconds === undefined ? {} : { opening_setup_ms: setupSeconds * 1e3 }) },
      flags: [],
    };
  },
};
