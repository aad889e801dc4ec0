import type { CongestionControl } from '../congestion/control.ts';
import { emptyEvent, type WritableAckEvent } from './ack-event.ts';
import { DeliveryRate } from './delivery-rate.ts';
import { Reordering } from './reordering.ts';
import { GRANULARITY_NS, type RoundTrip } from './rtt.ts';
import { ACKED, ELICITING, FULL, IN_FLIGHT, LOST, MTU_PROBE, SentPackets } from './sent-packets.ts';

/** RFC 9002 7.6.1. */
const PERSISTENT_TIMEOUTS = 3;
/** A packet declared lost is remembered that many round trips, should it turn up after all. */
const REMEMBERED_ROUND_TRIPS = 4;

/** What becomes of the packets' contents. */
export interface Fates {
  /** A packet has been acknowledged, also one that had been declared lost. */
  onPacketAcked(row: number, number: number): void;
  onPacketLost(row: number, number: number, now: number): void;
}

/**
 * Knows what is in flight, finds out what is lost, and tells the congestion control: RFC 9002 with thresholds that adapt to
 * reordering and reactions that are undone when a loss was none. Retransmissions are packets like any other, with numbers of
 * their own: a lost one is found out in one round trip.
 */
export class Recovery {
  readonly packets: SentPackets = new SentPackets();
  readonly rate: DeliveryRate = new DeliveryRate();
  readonly reordering: Reordering = new Reordering();
  readonly rtt: RoundTrip;
  readonly control: CongestionControl;
  /** Bytes neither acknowledged nor declared lost. */
  inflight = 0;
  largestAcked = -1;
  /** Bytes declared lost, spurious ones taken out again; and packets, with the spurious ones counted apart. */
  lostBytes = 0;
  lostPackets = 0;
  spuriousPackets = 0;
  /** Probe time-outs since the last acknowledgement. */
  timeouts = 0;
  /** How long the peer may hold back an acknowledgement. */
  maxAckDelay: number;
  /** Nothing more to send than there is room for, as far as known. */
  appLimited = false;
  readonly #fates: Fates;
  readonly #event: WritableAckEvent;
  /** No packet below is in flight. */
  #oldest = 0;
  #elicitingInFlight = 0;
  #unansweredSince = Infinity;
  #lastElicitingAt = 0;
  #lossTime = Infinity;
  #lossyRound = false;
  #ackIgnored = false;
  /** Of the acknowledgement at hand. */
  #acked = 0;
  #ackedEliciting = false;
  #ackDelay = 0;
  #ackLargest = 0;
  #largestIsNew = false;
  #spuriousBytes = 0;
  #spuriousSentAt = Infinity;
  #prior = 0;

  constructor(control: CongestionControl, rtt: RoundTrip, maxAckDelay: number, fates: Fates) {
    this.control = control;
    this.rtt = rtt;
    this.maxAckDelay = maxAckDelay;
    this.#fates = fates;
    this.#event = emptyEvent();
  }

  /** Number of the next packet. */
  get next(): number {
    return this.packets.next;
  }

  /** `length` bytes of data from `offset` are inside, and the control frames of `control`. */
  onSent(now: number, size: number, flags: number, control: number, offset: number, length: number): void {
    const { packets } = this;
    const row = packets.add();
    packets.state[row] = flags & ELICITING ? IN_FLIGHT : ACKED;
    packets.flags[row] = flags;
    packets.control[row] = control;
    packets.size[row] = size;
    packets.offset[row] = offset;
    packets.length[row] = length;
    packets.sentAt[row] = now;
    if ((flags & ELICITING) === 0) {
      // Who sends nothing else hears no acknowledgement, at which to forget.
      packets.forget(now - REMEMBERED_ROUND_TRIPS * this.rtt.smoothed);
      return;
    }
    this.control.onSent(now, size, this.inflight);
    this.rate.onSent(packets, row, now, this.inflight, this.lostBytes);
    this.inflight += size;
    if (this.#elicitingInFlight++ === 0) this.#unansweredSince = now;
    this.#lastElicitingAt = now;
  }

  /** An acknowledgement begins; its ranges follow. One that speaks of packets never sent is not heeded. */
  startAck(largest: number, ackDelay: number): void {
    this.#ackIgnored = largest >= this.packets.next;
    if (this.#ackIgnored) return;
    this.#prior = this.inflight;
    this.#acked = 0;
    this.#ackedEliciting = false;
    this.#ackDelay = ackDelay;
    this.#ackLargest = largest;
    this.#largestIsNew = false;
    this.#spuriousBytes = 0;
    this.#spuriousSentAt = Infinity;
    this.rate.start();
  }

  /** Packets `smallest`..`largest` have arrived. */
  ackRange(smallest: number, largest: number, now: number): void {
    if (this.#ackIgnored) return;
    const { packets } = this;
    const from = Math.max(smallest, packets.first);
    for (let number = largest; number >= from; number--) {
      const row = number & packets.mask;
      const state = packets.state[row];
      if (state === IN_FLIGHT) this.#ack(number, row, now);
      else if (state === LOST) this.#ackLate(number, row, now);
    }
  }

  #ack(number: number, row: number, now: number): void {
    const { packets } = this;
    packets.state[row] = ACKED;
    this.inflight -= packets.size[row];
    this.#elicitingInFlight--;
    this.#acked += packets.size[row];
    this.#ackedEliciting = true;
    if (number === this.#ackLargest) this.#largestIsNew = true;
    this.rate.onAcked(packets, number, row, now);
    this.#fates.onPacketAcked(row, number);
  }

  #ackLate(number: number, row: number, now: number): void {
    const { packets, rtt } = this;
    packets.state[row] = ACKED;
    const size = packets.size[row];
    const sentAt = packets.sentAt[row];
    this.#acked += size;
    this.rate.delivered += size;
    // The loss of an MTU probe was never counted.
    if ((packets.flags[row] & MTU_PROBE) === 0) {
      this.spuriousPackets++;
      this.lostBytes -= size;
      this.#spuriousBytes += size;
      this.#spuriousSentAt = Math.min(this.#spuriousSentAt, sentAt);
      const late = (now - sentAt) / Math.max(rtt.smoothed, rtt.latest || 0);
      this.reordering.onSpurious(Math.max(this.largestAcked, this.#ackLargest) - number, late);
    }
    this.#fates.onPacketAcked(row, number);
  }

  finishAck(now: number): void {
    if (this.#ackIgnored) return;
    const { packets, rtt, rate } = this;
    if (this.#ackLargest > this.largestAcked) this.largestAcked = this.#ackLargest;
    let sample = Number.NaN;
    if (this.#largestIsNew && this.#ackedEliciting) {
      sample = now - packets.sentAt[this.#ackLargest & packets.mask];
      rtt.sample(sample, Math.min(this.#ackDelay, this.maxAckDelay));
    }
    if (this.#acked === 0) return;
    this.timeouts = 0;
    this.#unansweredSince = now;
    rate.finish(rtt.min);
    if (this.#spuriousBytes > 0) this.control.onSpuriousLoss(now, this.#spuriousBytes, this.#spuriousSentAt);
    if (rate.roundStart) this.#endRound();
    this.#detect(now, sample);
  }

  #endRound(): void {
    if (this.#lossyRound) this.reordering.onLossyRound();
    this.#lossyRound = false;
  }

  /** Since when nothing of what is in flight has been acknowledged; Infinity: nothing is in flight. */
  get unansweredSince(): number {
    return this.#elicitingInFlight > 0 ? this.#unansweredSince : Infinity;
  }

  /** When something has to be done about what is in flight. */
  deadline(): number {
    if (this.#lossTime < Infinity) return this.#lossTime;
    if (this.#elicitingInFlight === 0 || this.packets.full) return Infinity;
    return this.#lastElicitingAt + this.rtt.backedOff(this.maxAckDelay, this.timeouts);
  }

  /** At the deadline. True: a probe has to be sent, since nothing has been heard for too long. */
  onDeadline(now: number): boolean {
    if (this.#lossTime <= now) {
      this.#prior = this.inflight;
      this.#acked = 0;
      this.rate.start();
      this.#detect(now, Number.NaN);
      return false;
    }
    this.timeouts++;
    return true;
  }

  /** Row of the oldest packet in flight, -1 if there is none. */
  oldestInFlight(): number {
    this.#passSettled();
    return this.#oldest < this.packets.next ? this.#oldest & this.packets.mask : -1;
  }

  /** Row of the oldest packet in flight that has data inside, -1 if there is none. */
  oldestWithData(): number {
    const { packets } = this;
    this.#passSettled();
    for (let number = this.#oldest; number < packets.next; number++) {
      const row = number & packets.mask;
      if (packets.state[row] === IN_FLIGHT && packets.length[row] > 0) return row;
    }
    return -1;
  }

  #passSettled(): void {
    const { packets } = this;
    if (this.#oldest < packets.first) this.#oldest = packets.first;
    while (this.#oldest < packets.next && packets.state[this.#oldest & packets.mask] !== IN_FLIGHT) this.#oldest++;
  }

  #detect(now: number, sample: number): void {
    const { packets, rtt } = this;
    const event = this.#event;
    event.lostBytes = 0;
    event.lostPackets = 0;
    event.lostSentAt = -Infinity;
    this.#lossTime = Infinity;
    this.#passSettled();
    const patience = Math.max(this.reordering.time * Math.max(rtt.smoothed, rtt.latest || 0), GRANULARITY_NS);
    const byNumber = this.largestAcked - this.reordering.packets;
    let runFrom = Infinity;
    let persistent = false;
    for (let number = this.#oldest; number < this.largestAcked; number++) {
      const row = number & packets.mask;
      const state = packets.state[row];
      if (state !== IN_FLIGHT) {
        if (state === ACKED && packets.flags[row] & ELICITING) runFrom = Infinity;
        continue;
      }
      const lostAt = packets.sentAt[row] + patience;
      if (number > byNumber && lostAt > now) {
        this.#lossTime = Math.min(this.#lossTime, lostAt);
        // Those sent later are not overdue either, and nearer to the largest.
        break;
      }
      this.#lose(number, row, now);
      runFrom = Math.min(runFrom, packets.sentAt[row]);
      if (packets.sentAt[row] - runFrom > PERSISTENT_TIMEOUTS * rtt.probeTimeout(this.maxAckDelay)) persistent = true;
    }
    this.#report(now, sample);
    if (persistent) this.control.onPersistentCongestion(now);
    packets.forget(now - REMEMBERED_ROUND_TRIPS * rtt.smoothed);
  }

  #lose(number: number, row: number, now: number): void {
    const { packets } = this;
    const event = this.#event;
    const size = packets.size[row];
    packets.state[row] = LOST;
    this.inflight -= size;
    this.#elicitingInFlight--;
    // The loss of an MTU probe tells of the MTU.
    if ((packets.flags[row] & MTU_PROBE) === 0) {
      event.lostBytes += size;
      event.lostPackets++;
      event.lostSentAt = packets.sentAt[row];
      this.lostBytes += size;
      this.lostPackets++;
      this.#lossyRound = true;
    }
    this.#fates.onPacketLost(row, number, now);
  }

  #report(now: number, sample: number): void {
    const { rate, rtt } = this;
    const event = this.#event;
    if (this.#acked === 0 && event.lostPackets === 0) return;
    event.now = now;
    event.ackedBytes = this.#acked;
    event.priorInflight = this.#prior;
    event.inflight = this.inflight;
    event.delivered = rate.delivered;
    event.lost = this.lostBytes;
    event.rttNs = sample;
    event.smoothedRttNs = rtt.smoothed;
    event.minRttNs = rtt.min;
    event.deliveryRate = rate.rate;
    event.rateAppLimited = rate.appLimited;
    event.sentInflight = rate.sentInflight;
    event.lostSinceSent = rate.sentInflight > 0 ? this.lostBytes - rate.lostAtSend : 0;
    event.roundStart = rate.roundStart;
    event.appLimited = this.appLimited;
    this.control.onAck(event);
  }

  /** Whether a packet is a full one: such that vanish in a row tell of a black hole. */
  isFull(row: number): boolean {
    return (this.packets.flags[row] & FULL) !== 0;
  }
}
