import type { AckEvent, CongestionControl, ControlOptions } from './control.ts';

const MIN_PACKETS = 2;
const GUESSED_RTT_NS = 100e6;
/** The pacing has to run ahead of the window: as Linux paces. */
const SLOW_START_PACING = 2;
const AVOIDANCE_PACING = 1.25;

/**
 * What the controls have in common that go by a window and take loss for congestion: slow start, one reduction per
 * recovery period, pacing, persistent congestion (RFC 9002 section 7), and the undoing of a reduction whose losses all
 * turn out spurious.
 */
export abstract class WindowControl implements CongestionControl {
  abstract readonly name: string;
  window: number;
  protected threshold: number = Number.POSITIVE_INFINITY;
  protected packetBytes: number;
  protected roundTripNs: number;
  /** Packets sent up to then belong to the last recovery period. */
  #recoverySince = -Infinity;
  #recovering = false;
  /** As it was before the last recovery period, and when the one before that had begun. */
  #before: { window: number; threshold: number; since: number } | undefined;
  #episodeLost = 0;

  constructor({ packetBytes, initialPackets, initialRttNs }: ControlOptions) {
    this.packetBytes = packetBytes;
    this.window = initialPackets * packetBytes;
    this.roundTripNs = Number.isNaN(initialRttNs) ? GUESSED_RTT_NS : initialRttNs;
  }

  get phase(): string {
    if (this.#recovering) return 'recovery';
    return this.window < this.threshold ? 'slow start' : 'avoidance';
  }

  get pacingRate(): number {
    const gain = this.window < this.threshold ? SLOW_START_PACING : AVOIDANCE_PACING;
    return (gain * this.window * 1e9) / this.roundTripNs;
  }

  onSent(_now: number, _bytes: number, _inflight: number): void {}

  onAck(event: AckEvent): void {
    if (!Number.isNaN(event.rttNs)) this.roundTripNs = event.smoothedRttNs;
    if (event.lostBytes > 0) this.#onLoss(event);
    if (event.ackedBytes === 0) return;
    // The newest packet of this event was sent a round trip ago: does it still belong to the recovery period?
    if (event.now - event.rttNs > this.#recoverySince) this.#recovering = false;
    if (this.#recovering || event.appLimited) this.paused(event);
    else if (this.window < this.threshold) this.slowStart(event);
    else this.avoid(event);
  }

  onSpuriousLoss(_now: number, bytes: number, sentAt: number): void {
    if (this.#before === undefined || sentAt <= this.#before.since) return;
    this.#episodeLost -= bytes;
    if (this.#episodeLost > 0) return;
    this.window = Math.max(this.window, this.#before.window);
    this.threshold = this.#before.threshold;
    this.#before = undefined;
    this.#recovering = false;
    this.undone();
  }

  onPersistentCongestion(_now: number): void {
    this.window = MIN_PACKETS * this.packetBytes;
    this.#recoverySince = -Infinity;
    this.#recovering = false;
    this.#before = undefined;
    this.collapsed();
  }

  setPacketBytes(bytes: number): void {
    this.packetBytes = bytes;
  }

  #onLoss(event: AckEvent): void {
    if (event.lostSentAt <= this.#recoverySince) {
      this.#episodeLost += event.lostBytes;
      return;
    }
    this.#before = { window: this.window, threshold: this.threshold, since: this.#recoverySince };
    this.#episodeLost = event.lostBytes;
    this.#recoverySince = event.now;
    this.#recovering = true;
    this.window = Math.max(this.reduced(event.now), MIN_PACKETS * this.packetBytes);
    this.threshold = this.window;
  }

  protected slowStart(event: AckEvent): void {
    this.window += event.ackedBytes;
  }

  /** Congestion avoidance, outside of recovery and while the window is used. */
  protected abstract avoid(event: AckEvent): void;
  /** The window after a loss. */
  protected abstract reduced(now: number): number;
  /** An acknowledgement at which the window may not grow. */
  protected paused(_event: AckEvent): void {}
  protected undone(): void {}
  protected collapsed(): void {}
}
