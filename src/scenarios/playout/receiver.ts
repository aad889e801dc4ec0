import type { Batch } from '../../io/batch.ts';
import type { Timer } from '../../io/loop.ts';
import { DelayHistogram } from '../../metrics/histogram.ts';
import type { Percentiles } from '../../metrics/percentiles.ts';
import { type SequenceAccount, SequenceTracker } from '../../metrics/sequence.ts';
import type { DelayCurve } from '../../record/schema.ts';
import type { Connection } from '../../transports/transport.ts';
import { intendedAt, sequenceAt, trialAt } from '../../wire/message.ts';
import type { Half, HalfContext, Schedule } from '../scenario.ts';
import { countAt, FRAGMENT_HEADER_BYTES, frameAt } from './fragment.ts';
import { type PlayoutParams, traceOf } from './params.ts';
import type { Policy } from './play.ts';
import type { Sent } from './sender.ts';
import { framesIn } from './trace.ts';

export interface ReceiverResult {
  readonly policy: Policy;
  readonly account: SequenceAccount;
  /** Payload of first copies. */
  readonly bytes: number;
  /** From the opening of the window to the last arrival; 0 when there was none. */
  readonly lastSeconds: number;
  /** When each frame had come whole, in ns since the window opened; null: never. */
  readonly came: readonly (number | null)[];
  /** Of whole frames, in ms; absent when there were none. */
  readonly delay?: Percentiles & { readonly curve: DelayCurve };
}

/** Puts frames together, and notes when each had come whole. */
export class PlayoutReceiver implements Half {
  readonly #context: HalfContext<PlayoutParams>;
  readonly #tracker = new SequenceTracker();
  readonly #delay = new DelayHistogram();
  readonly #drained: Timer;
  #open = 0;
  #drainEnd = 0;
  #drainNs = 0;
  #came = new Float64Array();
  /** Parts of each frame that have come. */
  #parts = new Uint16Array();
  #sent: Sent | undefined;
  #bytes = 0;
  #last = 0;
  #sampled = { at: 0, bytes: 0 };
  #done = false;

  constructor(context: HalfContext<PlayoutParams>) {
    this.#context = context;
    this.#drained = context.loop.timer(() => this.#giveUp());
  }

  onConnection(connection: Connection): void {
    connection.onMessages = (batch) => this.#receive(batch);
    this.#context.ready();
  }

  onSchedule({ open, close, drainEnd }: Schedule): void {
    const frames = framesIn(traceOf(this.#context.params), close - open);
    this.#open = open;
    this.#drainEnd = drainEnd;
    this.#drainNs = drainEnd - close;
    this.#came = new Float64Array(frames).fill(Number.NaN);
    this.#parts = new Uint16Array(frames);
    this.#drained.arm(drainEnd);
  }

  onTold(value: unknown): void {
    this.#sent = value as Sent;
    // Frames that were held up may have left as late as now.
    this.#drained.arm(Math.max(this.#drainEnd, this.#context.loop.now() + this.#drainNs));
    this.#checkDone();
  }

  #receive({ view, offsets, lengths, count, arrival }: Batch): void {
    for (let i = 0; i < count; i++) {
      const at = offsets[i];
      if (lengths[i] < FRAGMENT_HEADER_BYTES || trialAt(view, at) !== this.#context.trialId) continue;
      const frame = frameAt(view, at);
      if (frame >= this.#came.length || !this.#tracker.add(sequenceAt(view, at), true)) continue;
      this.#bytes += lengths[i];
      this.#last = arrival;
      if (++this.#parts[frame] < countAt(view, at)) continue;
      this.#came[frame] = arrival - this.#open;
      this.#delay.record(arrival - intendedAt(view, at));
    }
    this.#checkDone();
  }

  #checkDone(): void {
    if (this.#done || !this.#sent || this.#tracker.received < this.#sent.messages) return;
    this.#finish();
  }

  #giveUp(): void {
    // The sender's word is still on its way: it ends this when it comes, or the suite's time-out does.
    if (!this.#sent || this.#done) return;
    const missing = this.#sent.messages - this.#tracker.received;
    if (this.#context.traits.reliable) {
      const why = `${missing} messages were not delivered before the drain was over; allow more time (--timeout)`;
      return this.#context.fail(new Error(why));
    }
    this.#finish();
  }

  #finish(): void {
    this.#done = true;
    this.#drained.cancel();
    this.#context.done();
  }

  onSample(): void {
    const now = this.#context.loop.now();
    const last = this.#sampled;
    if (last.at > 0) this.#context.sample('goodput_bps', ((this.#bytes - last.bytes) * 8e9) / (now - last.at));
    this.#sampled = { at: now, bytes: this.#bytes };
  }

  result(): ReceiverResult {
    const { params, traits } = this.#context;
    const auto: Policy = traits.reliable && traits.ordered ? 'wait' : 'skip';
    return {
      policy: params.policy === 'auto' ? auto : params.policy,
      account: this.#tracker.account(0, this.#sent?.messages ?? 0),
      bytes: this.#bytes,
      lastSeconds: this.#bytes > 0 ? (this.#last - this.#open) / 1e9 : 0,
      came: Array.from(this.#came, (at) => (Number.isNaN(at) ? null : at)),
      ...this.#delays(),
    };
  }

  #delays(): Pick<ReceiverResult, 'delay'> {
    const percentiles = this.#delay.percentiles(1e6);
    const curve = this.#delay.curve();
    return percentiles && curve ? { delay: { ...percentiles, curve } } : {};
  }
}
