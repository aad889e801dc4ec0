import { RangeSet } from '../ranges.ts';
import { writeAck } from '../wire/frames.ts';

/** What every receiver starts with (RFC 9000 13.2.2 and 18.2, RFC 9002 6.1.1), until the sender asks for something else. */
const PACKETS = 2;
const MAX_DELAY_US = 25_000;
const REORDERING = 3;
/** A peer cannot make the ACKs so seldom that it would take itself to be cut off. */
const MOST_PACKETS = 1024;
const MOST_DELAY_US = 1e6;
const MAX_RANGES = 512;
const MAX_RANGES_PER_ACK = 64;
/** More is an outage; it bounds how many ACKs are asked for in a round trip. */
const MOST_GAP = 32;
/** A gap is forgotten at this rate, per packet. */
const FORGETTING = 1 / 4096;

/** Which packets have been received, and when that has to be acknowledged. Times in ns. */
export class AckTracker {
  /** Largest packet number so far, -1: none. */
  largest = -1;
  acksSent = 0;
  /** Of the last ACK frame; the next will be much the same. */
  bytes = 0;
  /** So many packets in a row went missing of late, at most; not more than 32 are counted. */
  longestGap = 0;
  readonly #received = new RangeSet();
  #largestArrival = 0;
  /** Below it nothing is new: it could not be acknowledged. */
  #floor = 0;
  /** Ack-eliciting packets since the last ACK, when the first of them came, and the largest of all. */
  #waiting = 0;
  #since = Infinity;
  #largestEliciting = -1;
  /** A gap has become old enough to be told at once. */
  #gap = false;
  #largestTold = -1;
  #sequence = -1;
  #packets = PACKETS;
  #maxDelayNs = MAX_DELAY_US * 1e3;
  #reordering = REORDERING;

  /** Neither a duplicate nor too old. */
  isNew(packetNumber: number): boolean {
    return packetNumber >= this.#floor && !this.#received.has(packetNumber);
  }

  /** Takes a packet as received; false: a duplicate or too old. Asks for no ACK by itself. */
  accept(packetNumber: number, now: number): boolean {
    const received = this.#received;
    if (packetNumber < this.#floor || !received.add(packetNumber, packetNumber + 1)) return false;
    if (packetNumber > this.largest) {
      const gap = Math.min(packetNumber - this.largest - 1, MOST_GAP);
      this.longestGap = Math.max(gap, this.longestGap * (1 - FORGETTING));
      this.largest = packetNumber;
      this.#largestArrival = now;
    }
    if (received.count > MAX_RANGES) {
      received.dropSmallest();
      this.#floor = received.start(0);
    }
    return true;
  }

  /** The packet just accepted wants an ACK. */
  elicited(packetNumber: number, now: number): void {
    if (this.#waiting++ === 0) this.#since = now;
    if (packetNumber > this.#largestEliciting) this.#largestEliciting = packetNumber;
    this.#gap ||= this.#reordering > 0 && this.#gapAge() >= this.#reordering;
  }

  /**
   * How far the newest packet is beyond the oldest missing one that the sender cannot have declared lost yet
   * (draft-ietf-quic-ack-frequency, "Response to Out-of-Order Packets"): a missing packet counts until an ACK has shown it to be
   * old enough. A gap causes one ACK, and one more for each packet at its end that was too young in that.
   */
  #gapAge(): number {
    const unreported = Math.max(this.#floor, this.#largestTold - this.#reordering + 1);
    return this.#largestEliciting - this.#received.firstGap(unreported);
  }

  /**
   * An ACK at the latest after so many ack-eliciting packets or `maxDelayUs`, and at once when a gap is `reordering`
   * packets old (0: never). Only the newest sequence number counts.
   */
  setFrequency(sequence: number, packets: number, maxDelayUs: number, reordering: number): void {
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    this.#packets = Math.min(Math.max(packets, 1), MOST_PACKETS);
    this.#maxDelayNs = Math.min(Math.max(maxDelayUs, 0), MOST_DELAY_US) * 1e3;
    this.#reordering = reordering;
  }

  /** Something ack-eliciting is not acknowledged yet: an ACK may ride along with data. */
  get pending(): boolean {
    return this.#waiting > 0;
  }

  due(now: number): boolean {
    return now >= this.deadline();
  }

  /** When an ACK has to leave, maybe in the past; Infinity: none is waiting. */
  deadline(): number {
    if (this.#gap || this.#waiting >= this.#packets) return this.#since;
    return this.#since + this.#maxDelayNs;
  }

  /** Writes an ACK frame and returns where it ends: at `at` when nothing was ever received, or when it does not fit before `limit`. */
  write(bytes: Uint8Array, at: number, limit: number, now: number): number {
    if (this.largest < 0) return at;
    const delayUs = Math.max(0, now - this.#largestArrival) / 1e3;
    const end = writeAck(bytes, at, limit, this.#received, delayUs, MAX_RANGES_PER_ACK);
    if (end === at) return at;
    this.bytes = end - at;
    this.#waiting = 0;
    this.#since = Infinity;
    this.#gap = false;
    this.#largestTold = this.largest;
    this.acksSent++;
    return end;
  }
}
