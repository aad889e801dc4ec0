import type { AckEvent, CongestionControl, ControlOptions } from './control.ts';
import { FullPipe } from './full-pipe.ts';
import { InflightLimit } from './inflight-limit.ts';
import { LossMeter } from './loss-meter.ts';
import { PathModel } from './path-model.ts';

type Phase = 'startup' | 'drain' | 'up' | 'down' | 'cruise' | 'probe rtt';

/** 2 / ln 2: the least gain that doubles the sending rate each round. */
const HIGH_GAIN = 2.885;
const PACING: Readonly<Record<Phase, number>> = {
  startup: HIGH_GAIN,
  drain: 1 / HIGH_GAIN,
  up: 1.25,
  down: 0.75,
  cruise: 0.99,
  'probe rtt': 0.99,
};
const QUIET_GAIN = 0.95;
const TRIMMED_GAIN = 0.94;
const WINDOW_GAIN = 2;
const UP_INFLIGHT = 1.25;
/** Of a whole cycle, in round trips; the rest is left to chance. */
const CYCLE_ROUNDS = 8;
const PROBE_RTT_SHARE = 0.5;
const PROBE_RTT_NS = 200e6;
const MIN_PACKETS = 4;
const SPARE_PACKETS = 3;
const GUESSED_RTT_NS = 100e6;
const BANDWIDTH_BETA = 0.92;
const NOTABLE_LOSS = 0.01;
const HARD_LOSS = 0.25;
const UP_GROWTH = 1.15;

/**
 * BBR: sends at the highest rate that arrived of late and keeps as much in flight as fills the path, whatever is lost at random.
 * The model and its cycle are BBRv1's; the bound on inflight after congestion, the mild probing of the round trip time and the
 * allowance for bunched acknowledgements BBRv3's (draft-ietf-ccwg-bbr). Loss counts as congestion only beyond the
 * path's own, which is measured and made up for.
 */
export class Bbr implements CongestionControl {
  readonly name = 'bbr';
  window: number;
  pacingRate: number;
  phase: Phase = 'startup';
  readonly #model: PathModel;
  readonly #limit = new InflightLimit();
  readonly #fullPipe = new FullPipe();
  readonly #upLosses = new LossMeter();
  readonly #quietLosses = new LossMeter();
  readonly #random: () => number;
  readonly #initialWindow: number;
  #packetBytes: number;
  #rounds = 0;
  #since = 0;
  #cycleEnds = 0;
  #roundAcked = 0;
  #roundLost = 0;
  #upJudged = true;
  #bandwidthAtUp = 0;
  #growths = 0;
  #probeRttEnds = NaN;
  #blocked = false;
  #sawEmpty = false;
  #heldBackUntil = 0;
  #quietSince = 0;
  #trimmed = false;
  #drained = false;

  constructor({ packetBytes, initialPackets, initialRttNs, random }: ControlOptions) {
    this.#packetBytes = packetBytes;
    this.#random = random;
    this.#model = new PathModel(packetBytes);
    this.#initialWindow = initialPackets * packetBytes;
    this.window = this.#initialWindow;
    const rtt = Number.isNaN(initialRttNs) ? GUESSED_RTT_NS : initialRttNs;
    this.pacingRate = (this.window * 1e9) / rtt;
  }

  onSent(_now: number, _bytes: number, _inflight: number): void {}

  onAck(event: AckEvent): void {
    const model = this.#model;
    if (event.roundStart && this.#rounds++ > 0) this.#endRound(event);
    if (model.empty(event.rttNs)) this.#sawEmpty = true;
    this.#roundAcked += event.ackedBytes;
    this.#roundLost += event.lostBytes;
    model.onAck(event, this.window);
    const ackedSentAt = event.ackedBytes > 0 ? event.now - event.rttNs : NaN;
    this.#upLosses.add(ackedSentAt, event.ackedBytes, event.lostSentAt, event.lostBytes);
    this.#quietLosses.add(ackedSentAt, event.ackedBytes, event.lostSentAt, event.lostBytes);
    if (model.fallen(event, event.now - this.#heldBackUntil > event.smoothedRttNs)) this.#fall(event);
    this.#judgeUp(event, ackedSentAt);
    this.#step(event);
    this.#setRate();
    this.#setWindow(event);
  }

  onSpuriousLoss(_now: number, _bytes: number, _sentAt: number): void {
    this.#limit.clear();
    this.#model.bandwidthLimit = Number.POSITIVE_INFINITY;
  }

  /** The model is kept: a path that was away comes back as it was. Little is sent until an acknowledgement shows it. */
  onPersistentCongestion(_now: number): void {
    this.#blocked = true;
    this.window = MIN_PACKETS * this.#packetBytes;
  }

  setPacketBytes(bytes: number): void {
    this.#packetBytes = bytes;
    this.#model.baseline.resize(bytes, this.#model.pipeBytes);
  }

  #endRound(event: AckEvent): void {
    const model = this.#model;
    const { baseline } = model;
    const lost = this.#roundLost;
    const total = this.#roundAcked + lost;
    this.#roundAcked = 0;
    this.#roundLost = 0;
    if (total === 0) return;
    const queued = !model.empty(model.roundRtt) && event.smoothedRttNs > 1.25 * model.rtt.value;
    const surplus = lost / total - baseline.share;
    baseline.resize(this.#packetBytes, model.pipeBytes);
    if (this.phase === 'startup') {
      this.#fullPipe.onRound(model.maxBandwidth, event, queued, surplus, lost / this.#packetBytes);
    } else if (this.phase === 'cruise') {
      const slower = model.roundBandwidth < 0.98 * model.bandwidth;
      if ((baseline.overdriven && slower) || (queued && baseline.exceeded(lost, total))) this.#congest(event, true);
      baseline.addSteady(lost, total);
      this.#trimmed = this.#sawEmpty && model.roundRtt > 1.05 * model.rtt.value + 500e3;
    }
    if (queued && lost / total > HARD_LOSS && this.#fullPipe.full) this.#fall(event, true);
  }

  /** Far too much is in flight: what arrives now is the bandwidth. */
  #fall(event: AckEvent, restart = false): void {
    if (restart) this.#model.restart();
    this.#model.baseline.forget();
    this.#limit.clear();
    this.#upJudged = true;
    this.#enter('drain', event.now);
  }

  /** More was lost than the path loses, and not by chance. */
  #congest(event: AckEvent, steady: boolean): void {
    const model = this.#model;
    this.#limit.congested(event.sentInflight || event.priorInflight, model.pipeBytes, this.#packetBytes);
    if (steady) model.bandwidthLimit = Math.max(model.roundBandwidth, BANDWIDTH_BETA * model.bandwidth);
  }

  /** What became of the packets that were sent while probing for more is known a round trip later. */
  #judgeUp(event: AckEvent, ackedSentAt: number): void {
    if (this.#upJudged) return;
    const model = this.#model;
    const meter = this.#upLosses;
    const grown = model.maxBandwidth >= UP_GROWTH * this.#bandwidthAtUp;
    if (!grown && model.baseline.exceeded(meter.lostBytes, meter.total, Math.max(meter.total, event.sentInflight))) {
      this.#upJudged = true;
      this.#growths = 0;
      this.#congest(event, false);
      if (this.phase === 'up') this.#enter('down', event.now);
    } else if (meter.settled(ackedSentAt)) {
      this.#upJudged = true;
      this.#limit.clean();
      if (!grown || event.rateAppLimited) this.#growths = 0;
      else if (model.empty(event.rttNs)) {
        // There is more than a quarter to gain: on at once, then as at the start.
        if (++this.#growths < 2) this.#enter('up', event.now);
        else {
          this.#growths = 0;
          this.#limit.clear();
          this.#fullPipe.restart();
          this.#enter('startup', event.now);
        }
      }
    }
  }

  #step(event: AckEvent): void {
    const model = this.#model;
    const { now, inflight } = event;
    const pipe = model.pipeBytes;
    const elapsed = now - this.#since;
    const rtt = model.roundNs;
    if (this.phase !== 'up' && this.phase !== 'cruise') this.#heldBackUntil = now;
    switch (this.phase) {
      case 'startup':
        if (this.#fullPipe.full) this.#enter('drain', now);
        break;
      case 'drain':
        if (inflight <= Math.max(pipe, MIN_PACKETS * this.#packetBytes)) this.#enter('down', now);
        break;
      case 'up':
        if (elapsed > rtt && inflight >= Math.min(UP_INFLIGHT * pipe, this.#limit.probing - 2 * this.#packetBytes))
          this.#enter('down', now);
        else if (elapsed > 3 * rtt) this.#enter('down', now);
        break;
      case 'down': {
        const measuring = model.baseline.steadyShare > NOTABLE_LOSS;
        if (inflight <= pipe) this.#drained = true;
        if (elapsed > rtt || (!measuring && this.#drained)) this.#enter('cruise', now);
        break;
      }
      case 'cruise':
        if (now >= this.#cycleEnds) this.#enter('up', now);
        break;
      case 'probe rtt':
        this.#probeRtt(event);
    }
    if (this.#fullPipe.full && this.phase === 'cruise' && model.rtt.stale(now)) {
      this.#probeRttEnds = NaN;
      this.#enter('probe rtt', now);
    }
  }

  #probeRtt(event: AckEvent): void {
    const { now, inflight } = event;
    if (Number.isNaN(this.#probeRttEnds)) {
      if (inflight > this.#probeRttWindow + 2 * this.#packetBytes) return;
      this.#probeRttEnds = now + Math.max(PROBE_RTT_NS, this.#model.roundNs);
      this.#model.rtt.look();
    } else if (now >= this.#probeRttEnds) {
      this.#model.rtt.looked(now);
      this.#enter('cruise', now);
    }
  }

  get #probeRttWindow(): number {
    return Math.max(PROBE_RTT_SHARE * this.#model.pipeBytes, MIN_PACKETS * this.#packetBytes);
  }

  #enter(phase: Phase, now: number): void {
    const rtt = this.#model.roundNs;
    const quiet = this.phase === 'down' || this.phase === 'drain';
    if (this.phase === 'up') this.#upLosses.close(now);
    if (quiet && phase !== 'down') this.#quietLosses.close(now);
    this.phase = phase;
    this.#since = now;
    if (phase === 'up') {
      this.#model.baseline.addQuiet(
        this.#quietLosses.lostBytes,
        this.#quietLosses.total,
        this.#model.rtt.seenSince(this.#quietSince),
      );
      this.#model.bandwidthLimit = Number.POSITIVE_INFINITY;
      this.#upLosses.open(now);
      this.#upJudged = false;
      this.#bandwidthAtUp = this.#model.maxBandwidth;
      this.#limit.probe();
      this.#sawEmpty = false;
      this.#trimmed = false;
    }
    if (phase === 'down' || phase === 'drain') {
      if (this.#quietLosses.closed) {
        this.#quietLosses.open(now);
        this.#quietSince = now;
      }
      this.#drained = false;
    }
    if (phase === 'cruise') this.#cycleEnds = now + (CYCLE_ROUNDS - 3 + 2 * this.#random()) * rtt;
  }

  get #gain(): number {
    if (this.phase === 'down' && this.#drained) return Math.max(QUIET_GAIN - 1.5 * this.#model.baseline.share, 0.7);
    if (this.phase === 'cruise' && this.#trimmed) return TRIMMED_GAIN;
    return PACING[this.phase];
  }

  #setRate(): void {
    const model = this.#model;
    const { sendingRate } = model;
    if (sendingRate === 0) return;
    const rate = this.#gain * sendingRate;
    // Samples grow with the first window, so that they do not count yet.
    const first = this.phase === 'startup' && this.#rounds <= 2;
    this.pacingRate = first ? Math.max(rate, (2 * this.#initialWindow * 1e9) / model.rtt.value) : rate;
  }

  #setWindow(event: AckEvent): void {
    const model = this.#model;
    const pipe = model.pipeBytes;
    const least = MIN_PACKETS * this.#packetBytes;
    if (this.#blocked && event.ackedBytes > 0) this.#blocked = false;
    if (this.#blocked) return;
    if (pipe === 0 || this.phase === 'startup') {
      const most = Math.max(HIGH_GAIN * pipe + model.allowance, this.#initialWindow);
      this.window = Math.min(this.window + event.ackedBytes, Math.max(most, this.window));
      return;
    }
    const spare = model.allowance + SPARE_PACKETS * this.#packetBytes;
    const target = WINDOW_GAIN * pipe + spare;
    if (this.phase === 'probe rtt') this.window = this.#probeRttWindow;
    else if (this.phase === 'up') this.window = Math.max(least, Math.min(target + 0.25 * pipe, this.#limit.probing));
    else this.window = Math.max(least, Math.min(target, Math.max(pipe + spare, this.#limit.steady)));
  }
}
