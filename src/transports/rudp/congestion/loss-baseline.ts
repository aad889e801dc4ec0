const LEAST_PACKETS = 600;
const MOST_PACKETS = 3000;
const STEADY_PIPES = 6;
const QUIET_PIPES = 20;
/** What is not congestion beyond doubt. */
const TOLERANCE = 0.02;
const SIGMAS = 4;
const LEAST_QUIET_PACKETS = 60;
const MOST_BASELINE = 0.12;
const MOST_CLUSTERING = 8;
/** The loss of steady sending may be so much above that of sending less before it counts as own doing. */
const GAP = 0.01;
const TRUST_GAIN = 0.25;
const TRUST_LOSS = 0.5;
/** For judging: a path whose delay varies never seems empty, and its loss is no congestion all the same. */
const LEAST_TRUST = 0.5;
const GAP_GAIN = 2;
const GAP_SIGMAS = 1;

/** A share of loss over about the last so many bytes. */
class Share {
  lost = 0;
  total = 0;

  add(lost: number, total: number, horizon: number): void {
    this.lost += lost;
    this.total += total;
    if (this.total > horizon) {
      const keep = horizon / this.total;
      this.lost *= keep;
      this.total *= keep;
    }
  }

  clear(): void {
    this.lost = 0;
    this.total = 0;
  }

  get value(): number {
    return this.total === 0 ? 0 : this.lost / this.total;
  }
}

/**
 * The loss that the path has whatever is sent, to tell from the loss that sending too much causes. Measured while the
 * sender holds back, and not more than over all rounds in which it does not probe: the share that competing
 * senders cause together falls when one of them holds back, so that what is compensated for cannot build up.
 */
export class LossBaseline {
  readonly #quiet = new Share();
  readonly #steady = new Share();
  /** Variance of the losses of a round over that of independent ones. */
  #clustering = 4;
  #share = 0;
  #trust = 1;
  #packetBytes: number;
  #horizon: number;
  #steadyHorizon: number;

  constructor(packetBytes: number) {
    this.#packetBytes = packetBytes;
    this.#horizon = LEAST_PACKETS * packetBytes;
    this.#steadyHorizon = this.#horizon;
  }

  /** The share that is lost anyway. */
  get share(): number {
    return this.#share * this.#trust;
  }

  get steadyShare(): number {
    return this.#steady.value;
  }

  /** More is lost when sending steadily than when holding back: the own sending is to blame. */
  get overdriven(): boolean {
    return this.known && this.#steady.total >= this.#steadyHorizon / 2 && this.#gap > this.#bound(TOLERANCE, SIGMAS);
  }

  resize(packetBytes: number, pipeBytes: number): void {
    this.#packetBytes = packetBytes;
    const most = MOST_PACKETS * packetBytes;
    // Losses that come in bursts say less: more packets make up for it.
    const least = Math.min(LEAST_PACKETS * Math.max(this.#clustering, 1) * packetBytes, most);
    this.#horizon = Math.min(most, Math.max(least, QUIET_PIPES * pipeBytes));
    this.#steadyHorizon = Math.min(most, Math.max(least, STEADY_PIPES * pipeBytes));
  }

  /** The path has changed. */
  forget(): void {
    this.#quiet.clear();
    this.#steady.clear();
    this.#share = 0;
  }

  /** Of packets sent below the bandwidth. `alone`: the queue was empty then, so that nobody else can have filled it. */
  addQuiet(lost: number, total: number, alone: boolean): void {
    this.#trust = alone ? Math.min(1, this.#trust + TRUST_GAIN) : this.#trust * TRUST_LOSS;
    const share = this.#quiet.value;
    const expected = (share * total) / this.#packetBytes;
    if (expected >= 1) {
      const surplus = lost / this.#packetBytes - expected;
      const ratio = Math.min((surplus * surplus) / (expected * (1 - share)), 2 * MOST_CLUSTERING);
      this.#clustering += (ratio - this.#clustering) / 8;
    }
    this.#quiet.add(lost, total, this.#horizon);
    this.#update();
  }

  /** Of a round without probing. */
  addSteady(lost: number, total: number): void {
    this.#steady.add(lost, total, this.#steadyHorizon);
    this.#update();
  }

  /** Enough was sent while holding back to say. */
  get known(): boolean {
    return this.#quiet.total >= LEAST_QUIET_PACKETS * this.#packetBytes;
  }

  #bound(least: number, sigmas: number): number {
    const share = Math.max(this.#quiet.value, 0.002);
    const packets = 1 / (this.#packetBytes / this.#quiet.total + this.#packetBytes / this.#steady.total);
    return Math.max(least, sigmas * Math.sqrt((this.#clustering * share) / packets));
  }

  get #gap(): number {
    return this.#steady.value - this.#quiet.value;
  }

  #update(): void {
    if (!this.known || this.#steady.total === 0) return;
    const own = Math.max(0, this.#gap - this.#bound(GAP, GAP_SIGMAS));
    const share = Math.min(this.#quiet.value - GAP_GAIN * own, this.#steady.value);
    this.#share = Math.min(Math.max(share, 0), MOST_BASELINE);
  }

  /** Whether the loss is beyond the baseline by more than chance and tolerance explain. */
  exceeded(lost: number, total: number, of: number = total): boolean {
    const share = this.#share * Math.max(this.#trust, LEAST_TRUST);
    const packets = total / this.#packetBytes;
    if (!this.known) return false;
    const spread = Math.sqrt(
      packets * Math.max(share, 0.002) * Math.min(Math.max(this.#clustering, 1), MOST_CLUSTERING),
    );
    const surplus = (lost - share * total) / this.#packetBytes;
    return surplus > Math.max((TOLERANCE * of) / this.#packetBytes, SIGMAS * spread, 2);
  }
}
