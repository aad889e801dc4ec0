import type { Batch } from '../../io/batch.ts';
import type { Timer } from '../../io/loop.ts';
import { DelayHistogram } from '../../metrics/histogram.ts';
import { Jitter } from '../../metrics/jitter.ts';
import type { Percentiles } from '../../metrics/percentiles.ts';
import { type SequenceAccount, SequenceTracker } from '../../metrics/sequence.ts';
import type { DelayCurve } from '../../record/schema.ts';
import type { Connection, TransportStats } from '../../transports/transport.ts';
import { HEADER_BYTES, intendedAt, sequenceAt, trialAt } from '../../wire/message.ts';
import type { Half, HalfContext, Schedule } from '../scenario.ts';
import type { StreamParams } from './params.ts';
import type { Sent } from './sender.ts';
import { since } from './transport-samples.ts';

export interface ReceiverResult {
  readonly account: SequenceAccount;
  /** Payload of first copies: of measured messages; of all that arrived since the window opened, warm-up's tail included. */
  readonly measuredBytes: number;
  readonly bytesSinceOpen: number;
  /** From the opening of the window to the delivery of the last measured message; 0 when there was none. */
  readonly lastSeconds: number;
  /** Not ours: another trial's, cut, or numbered beyond reason. */
  readonly strays: number;
  /** Since the window opened. */
  readonly socketDrops?: number;
  readonly acksSent?: number;
  /** Measured messages that arrived before their intended time; they have no delay. */
  readonly negativeDelays: number;
  /** Seconds. */
  readonly delay?: Percentiles & { readonly jitter: number; readonly curve: DelayCurve };
}

/** Takes messages and accounts for every one of them. */
export class StreamReceiver implements Half {
  readonly #context: HalfContext<StreamParams>;
  readonly #tracker = new SequenceTracker();
  readonly #delay = new DelayHistogram();
  readonly #jitter = new Jitter();
  readonly #opening: Timer;
  readonly #drained: Timer;
  #connection: Connection | undefined;
  #open = Infinity;
  #drainEnd = Infinity;
  #drainNs = 0;
  #sent: Sent | undefined;
  #done = false;
  #measured = 0;
  #measuredBytes = 0;
  #bytesSinceOpen = 0;
  #last = 0;
  #strays = 0;
  #before: TransportStats = {};
  #sampled = { at: 0, bytes: 0 };
  #bytes = 0;

  constructor(context: HalfContext<StreamParams>) {
    this.#context = context;
    this.#opening = context.loop.timer(() => {
      this.#before = this.#connection?.stats() ?? {};
    });
    this.#drained = context.loop.timer(() => this.#giveUp());
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    connection.onMessages = (batch) => this.#receive(batch);
    this.#context.ready();
  }

  onSchedule({ open, close, drainEnd }: Schedule): void {
    this.#open = open;
    this.#drainEnd = drainEnd;
    this.#drainNs = drainEnd - close;
    this.#opening.arm(open);
    this.#drained.arm(drainEnd);
  }

  onTold(value: unknown): void {
    this.#sent = value as Sent;
    // A sender that was done before its window closed leaves nothing more to wait for than the drain.
    this.#drained.arm(Math.min(this.#drainEnd, this.#context.loop.now() + this.#drainNs));
    this.#checkDone();
  }

  #receive(batch: Batch): void {
    const { view, offsets, lengths, count, arrival } = batch;
    const { trialId } = this.#context;
    const open = this.#open;
    let bytes = 0;
    for (let i = 0; i < count; i++) {
      const at = offsets[i];
      if (lengths[i] < HEADER_BYTES || trialAt(view, at) !== trialId) {
        this.#strays++;
        continue;
      }
      const intended = intendedAt(view, at);
      const measured = intended >= open;
      if (!this.#tracker.add(sequenceAt(view, at), measured)) continue;
      bytes += lengths[i];
      if (!measured) continue;
      this.#measured++;
      this.#measuredBytes += lengths[i];
      this.#last = arrival;
      this.#delay.record(arrival - intended);
      this.#jitter.add(intended, arrival);
    }
    this.#bytes += bytes;
    if (arrival >= open) this.#bytesSinceOpen += bytes;
    if (this.#sent) this.#checkDone();
  }

  #checkDone(): void {
    if (!this.#sent || this.#done || this.#measured < this.#sent.end - this.#sent.first) return;
    this.#finish();
  }

  #finish(): void {
    this.#done = true;
    this.#opening.cancel();
    this.#drained.cancel();
    this.#context.done();
  }

  /** The time to drain is over: what has not come is lost, which a reliable transport may not do. */
  #giveUp(): void {
    // The sender's word is still on its way: it ends this when it comes, or the suite's time-out does.
    if (!this.#sent) return;
    const missing = this.#sent.end - this.#sent.first - this.#measured;
    if (missing > 0 && this.#context.traits.reliable) {
      return this.#context.fail(
        new Error(`${missing} messages were not delivered before the drain was over; allow more time (--timeout)`),
      );
    }
    this.#finish();
  }

  onSample(): void {
    const now = this.#context.loop.now();
    const last = this.#sampled;
    if (last.at > 0) this.#context.sample('goodput_bps', ((this.#bytes - last.bytes) * 8e9) / (now - last.at));
    this.#sampled = { at: now, bytes: this.#bytes };
  }

  result(): ReceiverResult {
    if (!this.#sent) throw new Error('the stream receiver was asked for its result before the sender was done');
    const after = this.#connection?.stats() ?? {};
    const socketDrops = since(this.#before.socketDrops, after.socketDrops);
    const acksSent = since(this.#before.acksSent, after.acksSent);
    return {
      account: this.#tracker.account(this.#sent.first, this.#sent.end),
      measuredBytes: this.#measuredBytes,
      bytesSinceOpen: this.#bytesSinceOpen,
      lastSeconds: this.#measured > 0 ? (this.#last - this.#open) / 1e9 : 0,
      strays: this.#strays + this.#tracker.rejected,
      ...(socketDrops === undefined ? {} : { socketDrops }),
      ...(acksSent === undefined ? {} : { acksSent }),
      negativeDelays: this.#delay.negative,
      ...this.#delays(),
    };
  }

  #delays(): Pick<ReceiverResult, 'delay'> {
    const percentiles = this.#delay.percentiles(1e9);
    const curve = this.#delay.curve();
    return percentiles && curve ? { delay: { ...percentiles, jitter: this.#jitter.valueNs / 1e9, curve } } : {};
  }
}
