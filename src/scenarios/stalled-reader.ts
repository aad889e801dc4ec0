import { z } from 'zod';
import type { Batch } from '../io/batch.ts';
import type { Timer } from '../io/loop.ts';
import type { Connection } from '../transports/transport.ts';
import { HEADER_BYTES, trialAt } from '../wire/message.ts';
import { MessageSlab } from '../wire/slab.ts';
import type { Half, HalfContext, Scenario, Schedule } from './scenario.ts';
import { since } from './stream/transport-samples.ts';

const SECONDS = 1;
const SIZE = 1400;
/** More in a second than buffers hold that netduel asks a kernel for, and far less than any machine can send. */
const RATE_BPS = 100e6;
const INTERVAL_NS = (SIZE * 8e9) / RATE_BPS;
const TURN_NS = 1e6;

interface Taken {
  readonly messages: number;
  /** From the opening of the window to the first refusal; absent when there was none. */
  readonly blockedSeconds?: number;
}

interface Kept {
  readonly messages: number;
  readonly socketDrops?: number;
}

/** Sends at a fixed rate for as long as the reader does not read, as far as the transport lets it. */
class StalledSender implements Half {
  readonly #context: HalfContext<unknown>;
  readonly #turn: Timer;
  #connection: Connection | undefined;
  #slab: MessageSlab | undefined;
  #open = 0;
  #close = 0;
  #messages = 0;
  #blockedNs: number | undefined;

  constructor(context: HalfContext<unknown>) {
    this.#context = context;
    this.#turn = context.loop.timer(() => this.#send());
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    this.#slab = new MessageSlab(SIZE, connection.headroom, 64 * SIZE);
    this.#context.ready();
  }

  onSchedule({ open, close }: Schedule): void {
    this.#open = open;
    this.#close = close;
    this.#turn.arm(open);
  }

  #send(): void {
    const now = this.#context.loop.now();
    if (now >= this.#close) {
      this.#context.tell(this.result());
      return this.#context.done();
    }
    const [connection, slab] = [this.#connection as Connection, this.#slab as MessageSlab];
    for (let due = Math.floor((now - this.#open) / INTERVAL_NS) - this.#messages; due > 0; ) {
      const count = Math.min(due, slab.count);
      slab.stamp(0, count, this.#context.trialId, this.#messages, now, 0);
      const taken = connection.send(slab.bytes, 0, SIZE, count);
      this.#messages += taken;
      due -= taken;
      if (taken === count) continue;
      this.#blockedNs ??= now - this.#open;
      break;
    }
    this.#turn.arm(Math.min(this.#close, now + TURN_NS));
  }

  result(): Taken {
    const blocked = this.#blockedNs;
    return { messages: this.#messages, ...(blocked === undefined ? {} : { blockedSeconds: blocked / 1e9 }) };
  }
}

/** Holds its thread from the opening of the window to its close, as a program does that is busy with something else. */
class StalledReader implements Half {
  readonly #context: HalfContext<unknown>;
  readonly #stall: Timer;
  readonly #end: Timer;
  #connection: Connection | undefined;
  #close = 0;
  #drainEnd = 0;
  #expected = Infinity;
  #messages = 0;
  #dropsBefore: number | undefined;
  #done = false;

  constructor(context: HalfContext<unknown>) {
    this.#context = context;
    this.#stall = context.loop.timer(() => this.#hold());
    this.#end = context.loop.timer(() => this.#finish());
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    connection.onMessages = (batch) => this.#receive(batch);
    this.#context.ready();
  }

  onSchedule({ open, close, drainEnd }: Schedule): void {
    this.#close = close;
    this.#drainEnd = drainEnd;
    this.#stall.arm(open);
  }

  #hold(): void {
    this.#dropsBefore = this.#connection?.stats().socketDrops;
    const ms = (this.#close - this.#context.loop.now()) / 1e6;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.max(0, ms));
  }

  #receive({ view, offsets, lengths, count }: Batch): void {
    for (let i = 0; i < count; i++) {
      if (lengths[i] >= HEADER_BYTES && trialAt(view, offsets[i]) === this.#context.trialId) this.#messages++;
    }
    if (this.#messages >= this.#expected) this.#finish();
  }

  onTold(value: unknown): void {
    this.#expected = (value as Taken).messages;
    if (this.#messages >= this.#expected) this.#finish();
    else this.#end.arm(this.#drainEnd);
  }

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    this.#end.cancel();
    const missing = this.#expected - this.#messages;
    if (missing > 0 && this.#context.traits.reliable) {
      return this.#context.fail(new Error(`${missing} messages were not delivered after the reader went on`));
    }
    this.#context.done();
  }

  result(): Kept {
    const socketDrops = since(this.#dropsBefore, this.#connection?.stats().socketDrops);
    return { messages: this.#messages, ...(socketDrops === undefined ? {} : { socketDrops }) };
  }
}

/** What becomes of data that nobody reads: not a workload, so no list names it. */
export const stalledReader: Scenario = {
  name: 'stalled-reader',
  summary: 'a sender at a fixed rate, and a reader that stops for a second',
  params: z.strictObject({}),
  plan: () => ({ warmup: false, seconds: SECONDS, messageBytes: SIZE, offeredBps: RATE_BPS }),
  client: (context) => new StalledSender(context),
  server: (context) => new StalledReader(context),
  summarise({ client, server }) {
    const taken = client as Taken;
    const kept = server as Kept;
    const lost = taken.messages - kept.messages;
    return {
      metrics: {
        duration_s: SECONDS,
        messages_sent: taken.messages,
        messages_delivered: kept.messages,
        messages_lost: lost,
        ...(taken.messages > 0 ? { loss_ratio: lost / taken.messages } : {}),
        ...(kept.socketDrops === undefined ? {} : { socket_drops: kept.socketDrops }),
        stalled_taken_bytes: taken.messages * SIZE,
        ...(taken.blockedSeconds === undefined ? {} : { stalled_blocked_after_ms: taken.blockedSeconds * 1e3 }),
      },
      flags: [],
    };
  },
};
