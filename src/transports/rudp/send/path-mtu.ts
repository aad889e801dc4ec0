/** Payloads of common paths below the largest: Ethernet over IPv4, over IPv6 or PPPoE, tunnels. */
const COMMON = [1472, 1452, 1400, 1320];
/** RFC 8899 5.1.2: MAX_PROBES. */
const MOST_PROBES = 3;
/** RFC 8899 5.1.1: PMTU_RAISE_TIMER. */
const RAISE_NS = 600e9;
const BLACK_HOLE_PACKETS = 3;
/** At so many different times, so that one burst of losses is no black hole; fewer while the size is only an assumption. */
const BLACK_HOLE_EVENTS = 3;
const UNCONFIRMED_EVENTS = 2;
const BLACK_HOLE_TIMEOUTS = 2;

/** Payload sizes in bytes. */
export interface PathMtuOptions {
  /** What every path carries that carried the handshake. */
  readonly base: number;
  readonly max: number;
  /** Starts with `max` instead of searching for it: the interface is known, but what is behind it is not. */
  readonly trusted?: boolean;
}

/**
 * How large packets may be: the search for the largest UDP payload that the path carries, by probes that carry no data (DPLPMTUD, RFC
 * 8899). Tries the largest first, then the common ones in descending order, each up to three times, one probe at a time;
 * searches again for more after 10 minutes, or when full packets vanish.
 */
export class PathMtu {
  readonly base: number;
  readonly max: number;
  /** Bytes of full packets now. */
  size: number;
  /** Sizes above `base`, descending. */
  readonly #sizes: readonly number[];
  /** Which of them is being tried; none any more: the search is over. */
  #trying: number;
  #attempts = 0;
  #outstanding = 0;
  /** When to search for more; NaN: to be set. */
  #raiseAt = Number.NaN;
  #confirmed = false;
  /** Since a full packet was acknowledged: full packets lost, at how many times, and time-outs. */
  #lost = 0;
  #events = 0;
  #lastEvent = Number.NaN;
  #timeouts = 0;

  constructor(options: PathMtuOptions) {
    const { base, max } = options;
    this.base = base;
    this.max = Math.max(base, max);
    this.#sizes = [this.max, ...COMMON.filter((size) => size < max)].filter((size) => size > base);
    this.size = options.trusted ? this.max : base;
    this.#trying = options.trusted ? this.#sizes.length : 0;
  }

  /** Size of the probe that is due; 0: none. */
  probeSize(now: number): number {
    if (this.#outstanding > 0 || this.size === this.max) return 0;
    const candidate = this.#candidate();
    if (candidate > 0) return candidate;
    if (Number.isNaN(this.#raiseAt)) this.#raiseAt = now + RAISE_NS;
    if (now < this.#raiseAt) return 0;
    this.#search(0);
    return this.#candidate();
  }

  /** A probe of `probeSize(now)` bytes has left. */
  onProbeSent(now: number): void {
    this.#outstanding = this.probeSize(now);
  }

  /** Counts even after it had been taken for lost. */
  onProbeAcked(size: number): void {
    if (size === this.#outstanding) this.#outstanding = 0;
    if (size > this.size && size <= this.max) this.#use(size);
  }

  onProbeLost(size: number, _now: number): void {
    if (size !== this.#outstanding) return;
    this.#outstanding = 0;
    if (size !== this.#candidate()) return;
    this.#attempts++;
    if (this.#attempts >= MOST_PROBES) this.#refuse();
  }

  /** A packet of more than `base` bytes, not a probe, has been acknowledged. */
  onFullAcked(): void {
    this.#confirmed = true;
    this.#forgetLosses();
  }

  /** One has been lost; losses found at one time count as one event. */
  onFullLost(now: number): void {
    if (this.size === this.base) return;
    this.#lost++;
    if (now !== this.#lastEvent) this.#events++;
    this.#lastEvent = now;
    this.#checkBlackHole();
  }

  /** Nothing has been heard for too long (PTO). When all that is sent is full, a black hole shows itself in no other way. */
  onTimeout(_now: number): void {
    if (this.size === this.base) return;
    this.#timeouts++;
    this.#checkBlackHole();
  }

  /** The socket said EMSGSIZE: of the probe, when one is under way, else of a full packet. */
  onTooLarge(_now: number): void {
    if (this.#outstanding > 0) {
      if (this.#outstanding === this.#candidate()) this.#refuse();
      this.#outstanding = 0;
    } else if (this.size > this.base) {
      this.#fallBack(this.#sizes.findIndex((size) => size < this.size));
    }
  }

  #candidate(): number {
    const size = this.#sizes[this.#trying] ?? 0;
    return size > this.size ? size : 0;
  }

  #use(size: number): void {
    this.size = size;
    this.#confirmed = true;
    this.#forgetLosses();
    this.#endSearch();
  }

  /** The size being tried does not pass. */
  #refuse(): void {
    this.#attempts = 0;
    this.#trying++;
    if (this.#candidate() === 0) this.#endSearch();
  }

  #checkBlackHole(): void {
    const events = this.#events + this.#timeouts;
    const needed = this.#confirmed ? BLACK_HOLE_EVENTS : UNCONFIRMED_EVENTS;
    const vanished = this.#lost >= BLACK_HOLE_PACKETS && events >= needed;
    if (vanished || this.#timeouts >= BLACK_HOLE_TIMEOUTS) this.#fallBack(0);
  }

  /** Back to `base`; the search begins again with the size of number `from`, -1: with none. */
  #fallBack(from: number): void {
    this.size = this.base;
    this.#forgetLosses();
    if (from < 0) this.#endSearch();
    else this.#search(from);
  }

  #search(from: number): void {
    this.#trying = from;
    this.#attempts = 0;
  }

  #endSearch(): void {
    this.#trying = this.#sizes.length;
    this.#raiseAt = Number.NaN;
  }

  #forgetLosses(): void {
    this.#lost = 0;
    this.#events = 0;
    this.#lastEvent = Number.NaN;
    this.#timeouts = 0;
  }
}
