import type { Timer } from '../../io/loop.ts';
import type { Connection, TransportStats } from '../../transports/transport.ts';
import { writeHeader } from '../../wire/message.ts';
import type { Half, HalfContext, Schedule } from '../scenario.ts';
import { transportSamples } from '../stream/transport-samples.ts';
import { type Cut, cut, writeFragment } from './fragment.ts';
import { type PlayoutParams, traceOf } from './params.ts';
import { framesIn, intervalOf, type Trace } from './trace.ts';

/** A frame that the generator itself hands over later than that was not sent at its time. */
const LATE_NS = 5e6;

/** What the sender tells the receiver when all frames are sent. */
export interface Sent {
  readonly messages: number;
}

export interface SenderResult extends Sent {
  readonly frames: number;
  readonly bytes: number;
  /** Frames that the generator handed over late, while the transport had room. */
  readonly lateFrames: number;
  readonly windowSeconds: number;
  readonly before: TransportStats;
  readonly after: TransportStats;
}

/** Sends every frame at its time, or as soon after it as the transport takes it. */
export class PlayoutSender implements Half {
  readonly #context: HalfContext<PlayoutParams>;
  readonly #trace: Trace;
  readonly #turn: Timer;
  readonly #giveUp: Timer;
  #connection: Connection | undefined;
  /** Room for the largest frame: random bytes, in which headers are written. */
  #slab: Uint8Array = new Uint8Array();
  #view: DataView = new DataView(this.#slab.buffer);
  #schedule: Schedule | undefined;
  #frames = 0;
  #frame = 0;
  /** Of the frame, the next part. */
  #part = 0;
  #sequence = 0;
  #bytes = 0;
  #blocked = false;
  #lateFrames = 0;
  #before: TransportStats = {};
  #sampled: { readonly at: number; readonly bytes: number; readonly stats: TransportStats } | undefined;

  constructor(context: HalfContext<PlayoutParams>) {
    this.#context = context;
    this.#trace = traceOf(context.params);
    this.#turn = context.loop.timer(() => this.#send());
    this.#giveUp = context.loop.timer(() => this.#unsent());
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    const room = this.#trace.frames.map(({ bytes }) => {
      const { count, bytes: part } = cut(bytes, connection.maxMessageBytes);
      return count * (connection.headroom + part);
    });
    const buffer = new ArrayBuffer(Math.max(...room));
    this.#slab = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    for (let at = 0; at < buffer.byteLength; at += 65_536) crypto.getRandomValues(this.#slab.subarray(at, at + 65_536));
    connection.onWritable = () => this.#turn.arm(this.#context.loop.now());
    this.#context.ready();
  }

  onSchedule(schedule: Schedule): void {
    this.#schedule = schedule;
    this.#frames = framesIn(this.#trace, schedule.close - schedule.open);
    this.#turn.arm(schedule.open);
    this.#giveUp.arm(schedule.drainEnd);
  }

  #dueAt(frame: number): number {
    return (this.#schedule as Schedule).open + frame * intervalOf(this.#trace);
  }

  #send(): void {
    const now = this.#context.loop.now();
    if (this.#sequence === 0) this.#before = this.#connection?.stats() ?? {};
    // All that is due by now was held up with what the transport had no room for.
    const held = this.#blocked;
    while (this.#frame < this.#frames && this.#dueAt(this.#frame) <= now) {
      if (!held && now - this.#dueAt(this.#frame) > LATE_NS) this.#lateFrames++;
      this.#blocked = !this.#sendFrame();
      if (this.#blocked) return;
    }
    if (this.#frame < this.#frames) return this.#turn.arm(this.#dueAt(this.#frame));
    this.#giveUp.cancel();
    this.#context.tell({ messages: this.#sequence } satisfies Sent);
    this.#context.done();
  }

  /** What is left of the frame; false when the transport has no room for all of it. */
  #sendFrame(): boolean {
    const connection = this.#connection as Connection;
    const { frames } = this.#trace;
    const parts = cut(frames[this.#frame % frames.length].bytes, connection.maxMessageBytes);
    const equal = parts.count - 1 - this.#part;
    if (equal > 0 && !this.#sendParts(connection, parts, parts.bytes, equal)) return false;
    if (!this.#sendParts(connection, parts, parts.lastBytes, 1)) return false;
    this.#frame++;
    this.#part = 0;
    return true;
  }

  #sendParts(connection: Connection, { count }: Cut, size: number, parts: number): boolean {
    const { headroom } = connection;
    for (let i = 0, at = headroom; i < parts; i++, at += headroom + size) {
      writeHeader(this.#view, at, this.#context.trialId, this.#sequence + i, this.#dueAt(this.#frame));
      writeFragment(this.#view, at, this.#frame, this.#part + i, count);
    }
    const taken = connection.send(this.#slab, 0, size, parts);
    this.#sequence += taken;
    this.#part += taken;
    this.#bytes += taken * size;
    return taken === parts;
  }

  #unsent(): void {
    const left = this.#frames - this.#frame;
    const way = 'ask for a lower bitrate=, or allow more time (--timeout)';
    this.#context.fail(
      new Error(`the transport had not taken ${left} of ${this.#frames} frames when the drain was over; ${way}`),
    );
  }

  onSample(): void {
    const now = this.#context.loop.now();
    const stats = this.#connection?.stats() ?? {};
    const last = this.#sampled;
    this.#sampled = { at: now, bytes: this.#bytes, stats };
    if (!last) return;
    this.#context.sample('sent_bps', ((this.#bytes - last.bytes) * 8e9) / (now - last.at));
    for (const [metric, value] of transportSamples(last.stats, stats)) this.#context.sample(metric, value);
  }

  result(): SenderResult {
    const { open, close } = this.#schedule as Schedule;
    return {
      ...{ messages: this.#sequence, frames: this.#frames, bytes: this.#bytes, lateFrames: this.#lateFrames },
      windowSeconds: (close - open) / 1e9,
      before: this.#before,
      after: this.#connection?.stats() ?? {},
    };
  }
}
