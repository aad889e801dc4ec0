import type { CongestionControl } from '../../../../src/transports/rudp/congestion/control.ts';
import type { FlowOptions, PathOptions } from './path.ts';
import { Receiver } from './receiver.ts';

const SLOTS = 2 ** 14;
const NEVER = Number.POSITIVE_INFINITY;
const OUT = 0;
const ACKED = 1;
const LOST = 2;

/** What a flow asks of the path that it runs over. */
export interface Clocks {
  readonly now: number;
  readonly packetBytes: number;
  readonly oneWayNs: number;
  random: () => number;
  enqueue(flow: number, packet: number): void;
}

/** A sender with the rules of RFC 9002 and the rate samples of draft-cheng, its receiver, and the way back, which has no queue. */
export class Flow {
  readonly control: CongestionControl;
  readonly receiver: Receiver;
  /** Packets sent, declared lost; bytes acknowledged. */
  sent = 0;
  lostPackets = 0;
  delivered = 0;
  inflight = 0;
  smoothedRtt: number;
  latestRtt = NaN;
  minRtt = NEVER;
  readonly #path: Clocks;
  readonly #index: number;
  readonly #options: FlowOptions;
  readonly #startsAt: number;
  readonly #stopsAt: number;
  readonly #state = new Uint8Array(SLOTS);
  readonly #sentAt = new Float64Array(SLOTS);
  readonly #deliveredThen = new Float64Array(SLOTS);
  readonly #deliveredTimeThen = new Float64Array(SLOTS);
  readonly #firstSentThen = new Float64Array(SLOTS);
  readonly #inflightThen = new Float64Array(SLOTS);
  readonly #lostThen = new Float64Array(SLOTS);
  readonly #limitedThen = new Uint8Array(SLOTS);
  #lostBytes = 0;
  #deliveredTime = 0;
  #firstSent = 0;
  #limitedUntil = 0;
  #roundEnd = 0;
  #variance: number;
  #largestAcked = -1;
  #undecided: number[] = [];
  #lossAt = NEVER;
  #lastSend = 0;
  #backOff = 0;
  #sendAt: number;
  #credit = 0;
  #creditAt = 0;
  #produced = 0;
  readonly #event = {
    now: 0,
    ackedBytes: 0,
    lostBytes: 0,
    lostPackets: 0,
    lostSentAt: 0,
    priorInflight: 0,
    inflight: 0,
    delivered: 0,
    lost: 0,
    rttNs: NaN,
    smoothedRttNs: 0,
    minRttNs: 0,
    deliveryRate: 0,
    rateAppLimited: false,
    sentInflight: 0,
    lostSinceSent: 0,
    roundStart: false,
    appLimited: false,
  };

  constructor(path: Clocks, index: number, flow: FlowOptions, options: PathOptions) {
    this.#path = path;
    this.#index = index;
    this.#options = flow;
    this.#startsAt = (flow.startMs ?? 0) * 1e6;
    this.#stopsAt = (flow.stopMs ?? NEVER) * 1e6;
    this.#sendAt = this.#startsAt;
    this.smoothedRtt = path.oneWayNs * 2;
    this.#variance = path.oneWayNs;
    this.receiver = new Receiver(path, options.ackLoss ?? 0);
    this.control = flow.control({
      packetBytes: path.packetBytes,
      initialPackets: 32,
      initialRttNs: this.smoothedRtt,
      random: path.random,
      ...(flow.rateBps === undefined ? {} : { rateBps: flow.rateBps }),
    });
  }

  /** Time of its next event. */
  next(): number {
    const { receiver } = this;
    return Math.min(receiver.nextArrival, receiver.nextAck, receiver.ackDeadline, this.#sendAt, this.#timer());
  }

  arrive(at: number, packet: number): void {
    this.receiver.queue(at, packet);
  }

  fire(): void {
    const { now } = this.#path;
    const { receiver } = this;
    if (receiver.nextArrival <= now) receiver.takeArrival();
    else if (receiver.ackDeadline <= now) receiver.acknowledge();
    else if (receiver.nextAck <= now) this.#onAck(receiver.takeAck(), now);
    else if (this.#timer() <= now) this.#onTimer(now);
    else this.#send(now);
  }

  #timer(): number {
    if (this.inflight === 0) return NEVER;
    if (this.#lossAt < NEVER) return this.#lossAt;
    const timeout = this.smoothedRtt + Math.max(4 * this.#variance, 1e6) + 25e6;
    return this.#lastSend + timeout * 2 ** Math.min(this.#backOff, 3);
  }

  #send(now: number): void {
    const { control } = this;
    const { packetBytes } = this.#path;
    this.#sendAt = NEVER;
    if (now >= this.#stopsAt || now < this.#startsAt) return;
    const { appUntilMs = NEVER } = this.#options;
    const appRate = now < appUntilMs * 1e6 ? this.#options.appRate : undefined;
    const rate = control.pacingRate / 1e9;
    const quantum = Math.min(65536, Math.max(rate * 5e5, 2 * packetBytes));
    this.#credit = Math.min(quantum, this.#credit + (rate === NEVER ? quantum : (now - this.#creditAt) * rate));
    this.#creditAt = now;
    if (rate < NEVER && this.#credit < 2 * packetBytes - 1e-6) {
      this.#sendAt = now + Math.max(1, (2 * packetBytes - this.#credit) / rate);
      return;
    }
    while (this.inflight + packetBytes <= control.window && (this.#credit >= packetBytes || rate === NEVER)) {
      if (appRate !== undefined && this.#produced + packetBytes > (appRate * (now - this.#startsAt)) / 1e9) {
        this.#limitedUntil = this.delivered + this.inflight || 1;
        this.#sendAt = Math.max(now + 1, this.#startsAt + ((this.#produced + packetBytes) / appRate) * 1e9);
        return;
      }
      this.#transmit(now);
    }
    if (this.inflight + packetBytes <= control.window)
      this.#sendAt = now + Math.max(1, (2 * packetBytes - this.#credit) / rate);
  }

  #transmit(now: number): void {
    const { packetBytes } = this.#path;
    const slot = this.sent % SLOTS;
    if (this.inflight > (SLOTS - 64) * packetBytes) throw new Error(`more than ${SLOTS} packets are in flight`);
    if (this.inflight === 0) {
      this.#firstSent = now;
      this.#deliveredTime = now;
    }
    this.control.onSent(now, packetBytes, this.inflight);
    this.inflight += packetBytes;
    this.#credit = Math.max(0, this.#credit - packetBytes);
    this.#produced += packetBytes;
    this.#state[slot] = OUT;
    this.#sentAt[slot] = now;
    this.#deliveredThen[slot] = this.delivered;
    this.#deliveredTimeThen[slot] = this.#deliveredTime;
    this.#firstSentThen[slot] = this.#firstSent;
    this.#inflightThen[slot] = this.inflight;
    this.#lostThen[slot] = this.#lostBytes;
    this.#limitedThen[slot] = this.#limitedUntil > 0 ? 1 : 0;
    this.#lastSend = now;
    this.#path.enqueue(this.#index, this.sent++);
  }

  #onAck(largest: number, now: number): void {
    const event = this.#event;
    const { packetBytes } = this.#path;
    event.priorInflight = this.inflight;
    event.rttNs = NaN;
    event.deliveryRate = 0;
    event.rateAppLimited = false;
    event.sentInflight = 0;
    event.lostSinceSent = 0;
    event.ackedBytes = 0;
    event.roundStart = false;
    let newest = -1;
    for (let packet = this.#largestAcked + 1; packet <= largest; packet++) {
      if (!this.receiver.has(packet)) this.#undecided.push(packet);
      else {
        this.#state[packet % SLOTS] = ACKED;
        event.ackedBytes += packetBytes;
        newest = packet;
      }
    }
    if (newest >= 0) {
      const slot = newest % SLOTS;
      this.#backOff = 0;
      this.#largestAcked = largest;
      this.inflight -= event.ackedBytes;
      this.delivered += event.ackedBytes;
      this.#deliveredTime = now;
      this.#sampleRtt(now - this.#sentAt[slot]);
      event.rttNs = this.latestRtt;
      const sendElapsed = this.#sentAt[slot] - this.#firstSentThen[slot];
      const interval = Math.max(sendElapsed, now - this.#deliveredTimeThen[slot]);
      if (interval >= this.minRtt) event.deliveryRate = ((this.delivered - this.#deliveredThen[slot]) / interval) * 1e9;
      event.rateAppLimited = this.#limitedThen[slot] === 1;
      this.#firstSent = this.#sentAt[slot];
      if (this.delivered > this.#limitedUntil) this.#limitedUntil = 0;
      event.sentInflight = this.#inflightThen[slot];
      if (this.#deliveredThen[slot] >= this.#roundEnd) {
        this.#roundEnd = this.delivered;
        event.roundStart = true;
      }
    }
    this.#detect(now);
    if (newest >= 0) event.lostSinceSent = this.#lostBytes - this.#lostThen[newest % SLOTS];
    this.#report(now);
  }

  #sampleRtt(rtt: number): void {
    if (Number.isNaN(this.latestRtt)) {
      this.smoothedRtt = rtt;
      this.#variance = rtt / 2;
    }
    this.latestRtt = rtt;
    this.minRtt = Math.min(this.minRtt, rtt);
    this.#variance += (Math.abs(this.smoothedRtt - rtt) - this.#variance) / 4;
    this.smoothedRtt += (rtt - this.smoothedRtt) / 8;
  }

  /** Packet threshold 3, time threshold 9/8. */
  #detect(now: number): void {
    const event = this.#event;
    const { packetBytes } = this.#path;
    const wait = (9 / 8) * Math.max(this.smoothedRtt, Number.isNaN(this.latestRtt) ? 0 : this.latestRtt);
    let kept = 0;
    event.lostBytes = 0;
    event.lostPackets = 0;
    event.lostSentAt = -NEVER;
    this.#lossAt = NEVER;
    for (const packet of this.#undecided) {
      const slot = packet % SLOTS;
      if (this.#largestAcked - packet >= 3 || this.#sentAt[slot] + wait <= now) {
        this.#state[slot] = LOST;
        event.lostBytes += packetBytes;
        event.lostPackets++;
        event.lostSentAt = Math.max(event.lostSentAt, this.#sentAt[slot]);
      } else {
        this.#undecided[kept++] = packet;
        this.#lossAt = Math.min(this.#lossAt, this.#sentAt[slot] + wait);
      }
    }
    this.#undecided.length = kept;
    this.lostPackets += event.lostPackets;
    this.#lostBytes += event.lostBytes;
    this.inflight -= event.lostBytes;
  }

  #onTimer(now: number): void {
    if (this.#lossAt <= now) {
      const event = this.#event;
      event.priorInflight = this.inflight;
      event.ackedBytes = 0;
      event.rttNs = NaN;
      event.deliveryRate = 0;
      event.sentInflight = 0;
      event.roundStart = false;
      this.#detect(now);
      this.#report(now);
      return;
    }
    this.#backOff++;
    if (this.#backOff === 3) this.control.onPersistentCongestion(now);
    this.#transmit(now);
    this.#transmit(now);
  }

  #report(now: number): void {
    const event = this.#event;
    event.now = now;
    event.inflight = this.inflight;
    event.delivered = this.delivered;
    event.lost = this.#lostBytes;
    event.smoothedRttNs = this.smoothedRtt;
    event.minRttNs = this.minRtt;
    event.appLimited = this.#limitedUntil > 0;
    this.control.onAck(event);
    if (event.roundStart && event.deliveryRate > 0)
      this.receiver.setFrequency(
        (event.deliveryRate / this.#path.packetBytes) * (this.smoothedRtt / 8e9),
        this.smoothedRtt / 8,
      );
    this.#send(now);
  }
}
