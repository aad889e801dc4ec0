import type { AckEvent, CongestionControl, ControlOptions } from './control.ts';
import { FullPipe } from './full-pipe.ts';
import { InflightLimit } from './inflight-limit.ts';
import { PathModel } from './path-model.ts';
import { QuietProbe } from './quiet-probe.ts';
import { RttProbe } from './rtt-probe.ts';
import { StartupLoss } from './startup-loss.ts';
import { UpProbe } from './up-probe.ts';

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
/** While a queue builds up that was empty in this cycle. */
const TRIMMED = 0.94;
const WINDOW_GAIN = 2;
const UP_WINDOW_GAIN = 2.25;
const UP_INFLIGHT = 1.25;
const UP_ROUNDS = 3;
/** Rounds between holding back and the next probe: at least, and at random beyond. */
const CRUISE_ROUNDS = 5;
const CRUISE_RANDOM_ROUNDS = 2;
/** A queue is gone by then; what is still late comes over a longer path. */
const DRAIN_ROUNDS = 4;
const PROBE_RTT_SHARE = 0.5;
const MIN_PACKETS = 4;
const SPARE_PACKETS = 3;
const GUESSED_RTT_NS = 100e6;
const BANDWIDTH_BETA = 0.92;
const HARD_LOSS = 0.25;

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
  readonly #startupLoss: StartupLoss;
  readonly #limit = new InflightLimit();
  readonly #fullPipe = new FullPipe();
  readonly #up = new UpProbe();
  readonly #quiet = new QuietProbe();
  readonly #rttProbe = new RttProbe();
  readonly #random: () => number;
  readonly #initialWindow: number;
  #packetBytes: number;
  /** In which the application did not set the pace. */
  #rounds = 0;
  #roundAcked = 0;
  #roundLost = 0;
  /** The start-up sends too much: what is lost until its queue is empty says nothing of steady sending, and is no surprise. */
  #overshot = true;
  #phaseSince = 0;
  #cruiseRounds = 0;
  #heldBackUntil = 0;
  #sawEmpty = false;
  #trimmed = false;
  /** Less arrived, and late: the path has become slower or longer, which a look at the round trip time will tell. */
  #looks = false;
  /** After persistent congestion, until an acknowledgement comes. */
  #blocked = false;

  constructor({ packetBytes, initialPackets, initialRttNs, random }: ControlOptions) {
    this.#packetBytes = packetBytes;
    this.#random = random;
    this.#model = new PathModel(packetBytes);
    this.#startupLoss = new StartupLoss(this.#model.baseline);
    this.#initialWindow = initialPackets * packetBytes;
    this.window = this.#initialWindow;
    const rtt = Number.isNaN(initialRttNs) ? GUESSED_RTT_NS : initialRttNs;
    this.pacingRate = (this.window * 1e9) / rtt;
  }

  onSent(now: number, _bytes: number, inflight: number): void {
    if (inflight === 0) this.#model.rtt.rest(now);
  }

  onAck(event: AckEvent): void {
    const model = this.#model;
    if (event.roundStart) {
      this.#endRound(event);
      if (!event.rateAppLimited) this.#rounds++;
    }
    if (model.empty(event.rttNs)) this.#sawEmpty = true;
    this.#roundAcked += event.ackedBytes;
    this.#roundLost += event.lostBytes;
    model.onAck(event, this.window);
    const ackedSentAt = event.ackedBytes > 0 ? event.now - event.rttNs : NaN;
    this.#quiet.onAck(event, ackedSentAt);
    if (model.fallen(event, event.now - this.#heldBackUntil > event.smoothedRttNs)) {
      this.#fall(event.now);
      this.#looks = true;
    }
    this.#judgeUp(event, ackedSentAt);
    this.#step(event);
    this.#setRate();
    this.#setWindow(event.ackedBytes);
  }

  /** What was taken for congestion was none. */
  onSpuriousLoss(_now: number, _bytes: number, _sentAt: number): void {
    this.#limit.clear();
    this.#model.bandwidthLimit = Number.POSITIVE_INFINITY;
  }

  /** The model is kept: a path that was away comes back as it was. Little is sent until an acknowledgement shows it. */
  onPersistentCongestion(_now: number): void {
    this.#blocked = true;
    this.window = this.#least;
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
    const overshot = this.#overshot;
    baseline.resize(this.#packetBytes, model.pipeBytes);
    if (this.phase === 'startup') {
      this.#startupLoss.onRound(model.roundBandwidth, queued, lost, total);
      const surplus = lost / total - baseline.share;
      this.#fullPipe.onRound(model.maxBandwidth, event.rateAppLimited, queued, surplus, lost / this.#packetBytes);
    } else if (this.phase === 'cruise') {
      // The first round that ends in it reaches back to before it.
      this.#overshot = false;
      const slower = model.roundBandwidth < 0.98 * model.bandwidth;
      if ((baseline.overdriven && slower) || (queued && baseline.exceeded(lost, total))) {
        this.#congested(event);
        model.bandwidthLimit = Math.max(model.roundBandwidth, BANDWIDTH_BETA * model.bandwidth);
      }
      if (!overshot) baseline.addSteady(lost, total);
      this.#trimmed = this.#sawEmpty && model.roundRtt > 1.05 * model.rtt.value + 500e3;
    }
    const byChance = baseline.known && !baseline.exceeded(lost, total);
    if (!overshot && queued && lost / total > HARD_LOSS && !byChance) {
      model.restart();
      this.#fall(event.now);
    }
  }

  /** The path has become much slower, or far too much was sent: the model is new, and the queue has to go. */
  #fall(now: number): void {
    this.#model.baseline.forget();
    this.#limit.clear();
    this.#up.cancel();
    this.#enter('drain', now);
  }

  /** More was lost than the path loses, and not by chance. */
  #congested(event: AckEvent): void {
    const inflight = event.sentInflight > 0 ? event.sentInflight : event.priorInflight;
    this.#limit.congested(inflight, this.#model.pipeBytes, this.#packetBytes);
  }

  #judgeUp(event: AckEvent, ackedSentAt: number): void {
    const result = this.#up.judge(event, ackedSentAt, this.#model);
    if (result === 'pending') return;
    if (result === 'congested') {
      this.#congested(event);
      if (this.phase === 'up') this.#enter('down', event.now);
      return;
    }
    this.#limit.lift();
    if (result === 'more') this.#enter('up', event.now);
    else if (result === 'much more') {
      this.#limit.clear();
      this.#fullPipe.restart();
      this.#enter('startup', event.now);
    }
  }

  #step({ now, inflight, appLimited, smoothedRttNs }: AckEvent): void {
    const model = this.#model;
    const pipe = model.pipeBytes;
    const elapsed = now - this.#phaseSince;
    const { roundNs } = model;
    const spare = 2 * this.#packetBytes;
    if (this.phase !== 'up' && this.phase !== 'cruise') this.#heldBackUntil = now;
    switch (this.phase) {
      case 'startup':
        if (this.#fullPipe.full) this.#enter('drain', now);
        break;
      case 'drain':
        if (inflight <= Math.max(pipe, this.#least) || elapsed > DRAIN_ROUNDS * smoothedRttNs)
          this.#enter(this.#looks ? 'probe rtt' : 'down', now);
        break;
      case 'up': {
        const enough = inflight >= Math.min(UP_INFLIGHT * pipe, this.#limit.probing - spare);
        if (elapsed > (enough ? 1 : UP_ROUNDS) * roundNs) this.#enter('down', now);
        break;
      }
      case 'down':
        if (inflight <= pipe) this.#quiet.drained = true;
        if (elapsed > roundNs || (this.#quiet.drained && !this.#quiet.needed(model))) this.#enter('cruise', now);
        break;
      case 'cruise':
        // Rounds as long as they are now: behind a queue that is gone they were longer.
        if (elapsed >= this.#cruiseRounds * roundNs) this.#enter('up', now);
        else if (model.rtt.stale(now) && !appLimited) this.#enter('probe rtt', now);
        break;
      case 'probe rtt': {
        const low = inflight <= this.#probeRttWindow + spare;
        if (this.#rttProbe.done(now, low, roundNs, model.rtt)) this.#enter(this.#looks ? 'up' : 'cruise', now);
      }
    }
  }

  #enter(phase: Phase, now: number): void {
    if (this.phase === 'up') this.#up.end(now);
    if (phase !== 'down' && phase !== 'drain') this.#quiet.end(now);
    if (phase === 'startup') this.#overshot = true;
    this.phase = phase;
    this.#phaseSince = now;
    if (phase === 'up') this.#beginCycle(now);
    else if (phase === 'down' || phase === 'drain') this.#quiet.begin(now);
    else if (phase === 'probe rtt') this.#rttProbe.begin(now);
    else if (phase === 'cruise') {
      this.#cruiseRounds = CRUISE_ROUNDS + CRUISE_RANDOM_ROUNDS * this.#random();
    }
  }

  #beginCycle(now: number): void {
    const model = this.#model;
    this.#quiet.report(model);
    model.bandwidthLimit = Number.POSITIVE_INFINITY;
    this.#up.begin(now, model.maxBandwidth);
    this.#limit.probe();
    this.#sawEmpty = false;
    this.#trimmed = false;
    this.#looks = false;
  }

  get #least(): number {
    return MIN_PACKETS * this.#packetBytes;
  }

  get #probeRttWindow(): number {
    return Math.max(PROBE_RTT_SHARE * this.#model.pipeBytes, this.#least);
  }

  get #gain(): number {
    if (this.phase === 'down' && this.#quiet.drained) return this.#quiet.gain(this.#model);
    if (this.phase === 'cruise' && this.#trimmed) return TRIMMED;
    return PACING[this.phase];
  }

  #setRate(): void {
    const model = this.#model;
    if (model.sendingRate === 0) return;
    const rate = this.#gain * model.sendingRate;
    // Samples grow with the first window, so that they do not count yet.
    const first = this.phase === 'startup' && this.#rounds <= 2;
    this.pacingRate = first ? Math.max(rate, (2 * this.#initialWindow * 1e9) / model.rtt.value) : rate;
  }

  #setWindow(ackedBytes: number): void {
    if (ackedBytes > 0) this.#blocked = false;
    if (this.#blocked) return;
    const model = this.#model;
    const pipe = model.pipeBytes;
    if (pipe === 0 || this.phase === 'startup') {
      const most = Math.max(HIGH_GAIN * pipe + model.allowance, this.#initialWindow);
      this.window = Math.min(this.window + ackedBytes, Math.max(most, this.window));
      return;
    }
    const spare = model.allowance + SPARE_PACKETS * this.#packetBytes;
    let window = Math.min(WINDOW_GAIN * pipe + spare, Math.max(pipe + spare, this.#limit.steady));
    if (this.phase === 'up')
      window = Math.min(UP_WINDOW_GAIN * pipe + spare, Math.max(pipe + spare, this.#limit.probing));
    if (this.phase === 'probe rtt') window = this.#probeRttWindow;
    this.window = Math.max(window, this.#least);
  }
}
