import { z } from 'zod';
import type { Batch } from '../io/batch.ts';
import type { Timer } from '../io/loop.ts';
import type { Connection } from '../transports/transport.ts';
import type { Half, HalfContext, Scenario, Schedule } from './scenario.ts';

const BYTES = 10;
/** Back to back: in one call, and the next time by calls of their own. */
const TOGETHER = 3;
const INTERVAL_NS = 5e6;
const SECONDS = 0.2;

interface Sent {
  readonly messages: number;
}

interface Reads {
  readonly reads: number;
  /** Reads that returned exactly one message. */
  readonly whole: number;
  readonly largest: number;
}

/** Three small messages every 5 ms. */
class BoundariesClient implements Half {
  readonly #context: HalfContext<unknown>;
  readonly #pace: Timer;
  #connection: Connection | undefined;
  #slab = new Uint8Array();
  #stride = 0;
  #joined = false;
  #close = 0;
  #messages = 0;

  constructor(context: HalfContext<unknown>) {
    this.#context = context;
    this.#pace = context.loop.timer(() => this.#send());
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    this.#stride = connection.headroom + BYTES;
    this.#slab = new Uint8Array(new ArrayBuffer(TOGETHER * this.#stride));
    this.#context.ready();
  }

  onSchedule({ open, close }: Schedule): void {
    this.#close = close;
    this.#pace.arm(open);
  }

  #send(): void {
    const now = this.#context.loop.now();
    if (now >= this.#close) {
      this.#context.tell({ messages: this.#messages } satisfies Sent);
      return this.#context.done();
    }
    this.#joined = !this.#joined;
    const perCall = this.#joined ? TOGETHER : 1;
    for (let i = 0; i < TOGETHER; i += perCall) {
      this.#messages += this.#connection?.send(this.#slab, i * this.#stride, BYTES, perCall) ?? 0;
    }
    this.#pace.arm(now + INTERVAL_NS);
  }

  result(): Sent {
    return { messages: this.#messages };
  }
}

/** Looks at nothing but how long each read is. */
class BoundariesServer implements Half {
  readonly #context: HalfContext<unknown>;
  readonly #end: Timer;
  #drainEnd = 0;
  #expected = Infinity;
  #bytes = 0;
  #reads = 0;
  #whole = 0;
  #largest = 0;
  #done = false;

  constructor(context: HalfContext<unknown>) {
    this.#context = context;
    this.#end = context.loop.timer(() => this.#finish());
  }

  onConnection(connection: Connection): void {
    connection.onMessages = (batch) => this.#receive(batch);
    this.#context.ready();
  }

  onSchedule({ drainEnd }: Schedule): void {
    this.#drainEnd = drainEnd;
  }

  #receive({ lengths, count }: Batch): void {
    for (let i = 0; i < count; i++) {
      this.#reads++;
      this.#bytes += lengths[i];
      this.#largest = Math.max(this.#largest, lengths[i]);
      if (lengths[i] === BYTES) this.#whole++;
    }
    if (this.#bytes >= this.#expected) this.#finish();
  }

  onTold(value: unknown): void {
    this.#expected = (value as Sent).messages * BYTES;
    if (this.#bytes >= this.#expected) this.#finish();
    else this.#end.arm(this.#drainEnd);
  }

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    this.#end.cancel();
    this.#context.done();
  }

  result(): Reads {
    return { reads: this.#reads, whole: this.#whole, largest: this.#largest };
  }
}

/** Whether messages keep their bounds: not a workload, so no list names it. */
export const boundaries: Scenario = {
  name: 'boundaries',
  summary: 'what single reads return of small messages that were sent back to back',
  params: z.strictObject({}),
  unframed: true,
  plan: () => ({ warmup: false, seconds: SECONDS, messageBytes: BYTES }),
  client: (context) => new BoundariesClient(context),
  server: (context) => new BoundariesServer(context),
  summarise({ client, server }) {
    const { messages } = client as Sent;
    const { reads, whole, largest } = server as Reads;
    return {
      metrics: {
        duration_s: SECONDS,
        boundaries_sent: messages,
        boundaries_message_bytes: BYTES,
        boundaries_reads: reads,
        boundaries_read_bytes_max: largest,
        ...(messages > 0 ? { boundaries_whole_ratio: whole / messages } : {}),
      },
      flags: [],
    };
  },
};
