/** RFC 9002 6.2.2: before anything is known. */
export const INITIAL_RTT_NS = 333e6;
/** Timer granularity of RFC 9002 6.1.2. */
export const GRANULARITY_NS = 1e6;
/** So many time-outs come without: on a path that loses acknowledgements in bursts, the next ones may get through. */
const EVEN_TIMEOUTS = 2;
/** A path that comes back after an outage is noticed after at most so many doublings. */
const MAX_DOUBLINGS = 3;
/** Nor do doublings make a time-out longer than this: tries enough within an idle time-out, even if a third of the packets is lost. */
const MAX_BACKED_OFF_NS = 2e9;

/** The round-trip time of the path, as RFC 9002 section 5 estimates it. ns. */
export class RoundTrip {
  latest: number = Number.NaN;
  smoothed: number = INITIAL_RTT_NS;
  variation: number = INITIAL_RTT_NS / 2;
  min: number = Infinity;
  /** That of the handshake may hold the time that a lost packet took to be repeated. */
  #provisional = false;

  /** `handshakeNs`: a first sample, NaN if there is none. */
  constructor(handshakeNs: number) {
    if (!(handshakeNs > 0)) return;
    this.sample(handshakeNs, 0);
    this.#provisional = true;
  }

  get known(): boolean {
    return this.min < Infinity;
  }

  /** `ackDelay`: how long the peer says that it held the acknowledgement back, already limited to what it may. */
  sample(rtt: number, ackDelay: number): void {
    const first = !this.known || this.#provisional;
    if (this.#provisional) this.min = Infinity;
    this.#provisional = false;
    this.latest = rtt;
    if (rtt < this.min) this.min = rtt;
    if (first) {
      this.smoothed = rtt;
      this.variation = rtt / 2;
      return;
    }
    const adjusted = rtt - ackDelay >= this.min ? rtt - ackDelay : rtt;
    this.variation += (Math.abs(this.smoothed - adjusted) - this.variation) / 4;
    this.smoothed += (adjusted - this.smoothed) / 8;
  }

  /** Time after which an acknowledgement is overdue, without back-off (RFC 9002 6.2.1). */
  probeTimeout(maxAckDelay: number): number {
    return this.smoothed + Math.max(4 * this.variation, GRANULARITY_NS) + maxAckDelay;
  }

  /** The same after so many time-outs in a row. */
  backedOff(maxAckDelay: number, timeouts: number): number {
    const timeout = this.probeTimeout(maxAckDelay);
    const doublings = Math.min(Math.max(timeouts - EVEN_TIMEOUTS, 0), MAX_DOUBLINGS);
    return Math.max(timeout, Math.min(timeout * 2 ** doublings, MAX_BACKED_OFF_NS));
  }
}
