import { z } from 'zod';
import type { Batch } from '../io/batch.ts';
import type { Timer } from '../io/loop.ts';
import { DelayHistogram } from '../metrics/histogram.ts';
import type { Connection } from '../transports/transport.ts';
import { HEADER_BYTES, intendedAt, trialAt } from '../wire/message.ts';
import { MessageSlab } from '../wire/slab.ts';
import type { Half, HalfContext, Scenario, Schedule } from './scenario.ts';

const SIZE = 64;
/** An easy load: no closer than that, nor than a few times what the link takes for one. */
const INTERVAL_NS = 5e6;
const EASE = 8;
/** What comes later than so many of the longest round trips seen does not come. */
const PATIENCE = 3;
const MARGIN_NS = 100e6;

interface ProbeResult {
  readonly sent: number;
  /** Round trips in seconds; absent when nothing came back. */
  readonly rtt?: { readonly min: number; readonly p50: number };
}

/** Sends small messages at an easy pace and times what comes back. */
class ProbeClient implements Half {
  readonly #context: HalfContext<unknown>;
  readonly #pace: Timer;
  readonly #end: Timer;
  readonly #roundTrips = new DelayHistogram();
  #connection: Connection | undefined;
  #slab: MessageSlab | undefined;
  #schedule: Schedule | undefined;
  #sent = 0;
  readonly #interval: number;

  constructor(context: HalfContext<unknown>) {
    this.#context = context;
    const capacities = (['up', 'down'] as const).map((way) => context.path.payloadCapacity(way, SIZE) ?? Infinity);
    this.#interval = Math.max(INTERVAL_NS, (EASE * SIZE * 8e9) / Math.min(...capacities));
    this.#pace = context.loop.timer(() => this.#send());
    this.#end = context.loop.timer(() => this.#finish());
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    this.#slab = new MessageSlab(SIZE, connection.headroom, SIZE);
    connection.onMessages = (batch) => this.#receive(batch);
    this.#context.ready();
  }

  onSchedule(schedule: Schedule): void {
    this.#schedule = schedule;
    this.#pace.arm(schedule.open);
    this.#end.arm(schedule.drainEnd);
  }

  #send(): void {
    const { loop, trialId } = this.#context;
    const now = loop.now();
    const slab = this.#slab as MessageSlab;
    slab.stamp(0, 1, trialId, this.#sent, now, 0);
    this.#sent += this.#connection?.send(slab.bytes, 0, SIZE, 1) ?? 0;
    const next = now + this.#interval;
    if (next < (this.#schedule?.close ?? 0)) this.#pace.arm(next);
  }

  #receive({ view, offsets, lengths, count, arrival }: Batch): void {
    for (let i = 0; i < count; i++) {
      if (lengths[i] < HEADER_BYTES || trialAt(view, offsets[i]) !== this.#context.trialId) continue;
      this.#roundTrips.record(arrival - intendedAt(view, offsets[i]));
    }
    const { close, drainEnd } = this.#schedule as Schedule;
    if (arrival >= close && this.#roundTrips.count >= this.#sent) return this.#finish();
    this.#end.arm(Math.min(drainEnd, Math.max(arrival, close) + PATIENCE * this.#roundTrips.max + MARGIN_NS));
  }

  #finish(): void {
    this.#pace.cancel();
    this.#end.cancel();
    this.#context.tell('over');
    this.#context.done();
  }

  result(): ProbeResult {
    const { count, min } = this.#roundTrips;
    const p50 = this.#roundTrips.quantile(0.5);
    return { sent: this.#sent, ...(count > 0 && p50 !== undefined ? { rtt: { min: min / 1e9, p50: p50 / 1e9 } } : {}) };
  }
}

/** Sends back what comes. */
class ProbeServer implements Half {
  readonly #context: HalfContext<unknown>;

  constructor(context: HalfContext<unknown>) {
    this.#context = context;
  }

  onConnection(connection: Connection): void {
    connection.onMessages = ({ bytes, offsets, lengths, count }) => {
      for (let i = 0; i < count; i++) {
        const answer = new Uint8Array(connection.headroom + lengths[i]);
        answer.set(bytes.subarray(offsets[i], offsets[i] + lengths[i]), connection.headroom);
        connection.send(answer, 0, lengths[i], 1);
      }
    };
    this.#context.ready();
  }

  onTold(): void {
    this.#context.done();
  }

  result(): null {
    return null;
  }
}

/** What a link is looked at with before a suite: not a workload, so no list names it. */
export const probe: Scenario = {
  name: 'probe',
  summary: 'round trips of small messages',
  params: z.strictObject({}),
  plan: (_, { seconds }) => ({ warmup: false, seconds, messageBytes: SIZE }),
  client: (context) => new ProbeClient(context),
  server: (context) => new ProbeServer(context),
  summarise({ client }) {
    const { rtt } = client as ProbeResult;
    return { metrics: rtt ? { rtt_min_ms: rtt.min * 1e3, rtt_p50_ms: rtt.p50 * 1e3 } : {}, flags: [] };
  },
};
