import type { AckEvent } from './control.ts';
import { LossMeter } from './loss-meter.ts';
import type { PathModel } from './path-model.ts';

const GAIN = 0.95;
const LEAST_GAIN = 0.7;
/** The more loss is compensated for, the further the sender holds back to see whether it is its own doing. */
const DEPTH = 1.5;
const NOTABLE_LOSS = 0.01;

/** Holding back: empties the queue that probing has filled, then shows what the path loses by itself. */
export class QuietProbe {
  /** What is in flight no longer fills a queue. */
  drained = false;
  readonly #losses = new LossMeter();
  #since = 0;
  #reported = true;

  begin(now: number): void {
    this.drained = false;
    if (!this.#losses.closed) return;
    this.#losses.open(now);
    this.#since = now;
    this.#reported = false;
  }

  end(now: number): void {
    this.#losses.close(now);
  }

  onAck(event: AckEvent, ackedSentAt: number): void {
    this.#losses.add(ackedSentAt, event.ackedBytes, event.lostSentAt, event.lostBytes);
  }

  /** Pacing gain after the queue is empty. */
  gain(model: PathModel): number {
    return Math.max(GAIN - DEPTH * model.baseline.share, LEAST_GAIN);
  }

  /** There is loss, so that it is worth holding back for a whole round. */
  needed(model: PathModel): boolean {
    return model.baseline.steadyShare > NOTABLE_LOSS;
  }

  /** At a time when all that was sent has been heard of. */
  report(model: PathModel): void {
    if (this.#reported) return;
    this.#reported = true;
    model.baseline.addQuiet(this.#losses.lostBytes, this.#losses.total, model.rtt.seenSince(this.#since));
  }
}
