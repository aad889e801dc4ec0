import { APP_LIMITED, type SentPackets } from './sent-packets.ts';

/**
 * How fast the path delivers, measured from acknowledgement to acknowledgement (draft-cheng-iccrg-delivery-rate-estimation):
 * what was delivered between the sending of a packet and its acknowledgement, over the longer of the time it took to send that and the time it
 * took to be acknowledged, so that neither compressed acknowledgements nor a burst overstate it.
 */
export class DeliveryRate {
  /** Bytes acknowledged in all. */
  delivered = 0;
  deliveredAt = 0;
  /** Of the last sample: bytes per second, 0 when there is none. */
  rate = 0;
  /** The last one that there was. */
  latest = 0;
  appLimited = false;
  /** A round trip has passed: a packet is acknowledged that was sent after the last round had ended. */
  roundStart = false;
  /** In flight right after the newest packet of the sample was sent, and lost in all by then. */
  sentInflight = 0;
  lostAtSend = 0;
  #firstSentAt = 0;
  /** What is sent up to that much delivered; -1: nothing. */
  #appLimitedUntil = -1;
  #roundEnd = 0;
  /** Of the newest packet in the acknowledgement at hand. */
  #newest = -1;
  #prior = 0;
  #priorAt = 0;
  #sendElapsed = 0;

  onSent(packets: SentPackets, row: number, now: number, inflight: number, lost: number): void {
    if (inflight === 0) {
      this.#firstSentAt = now;
      this.deliveredAt = now;
    }
    packets.delivered[row] = this.delivered;
    packets.deliveredAt[row] = this.deliveredAt;
    packets.firstSentAt[row] = this.#firstSentAt;
    packets.inflight[row] = inflight + packets.size[row];
    packets.lost[row] = lost;
    if (this.#appLimitedUntil >= this.delivered) packets.flags[row] |= APP_LIMITED;
  }

  /** Before the packets of an acknowledgement. */
  start(): void {
    this.#newest = -1;
    this.rate = 0;
    this.roundStart = false;
    this.sentInflight = 0;
  }

  onAcked(packets: SentPackets, number: number, row: number, now: number): void {
    this.delivered += packets.size[row];
    this.deliveredAt = now;
    if (number <= this.#newest) return;
    this.#newest = number;
    this.#prior = packets.delivered[row];
    this.#priorAt = packets.deliveredAt[row];
    this.#sendElapsed = packets.sentAt[row] - packets.firstSentAt[row];
    this.#firstSentAt = packets.sentAt[row];
    this.appLimited = (packets.flags[row] & APP_LIMITED) !== 0;
    this.sentInflight = packets.inflight[row];
    this.lostAtSend = packets.lost[row];
  }

  /** After them: shorter than a round trip an interval says nothing. */
  finish(minRtt: number): void {
    if (this.#newest < 0) return;
    if (this.#prior >= this.#roundEnd) {
      this.#roundEnd = this.delivered;
      this.roundStart = true;
    }
    const interval = Math.max(this.#sendElapsed, this.deliveredAt - this.#priorAt);
    // Both ends of the interval are read by this clock, so a least round trip cannot be undercut by more than rounding.
    if (interval <= 0 || interval < minRtt) return;
    this.rate = ((this.delivered - this.#prior) * 1e9) / interval;
    this.latest = this.rate;
  }

  /** The application has nothing to send: samples say nothing of the path until more than what is in flight has been delivered. */
  markAppLimited(inflight: number): void {
    this.#appLimitedUntil = this.delivered + inflight;
  }
}
