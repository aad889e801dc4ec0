/** What has become of a packet. */
export const IN_FLIGHT = 1;
export const ACKED = 2;
export const LOST = 3;

/** The packet has to be acknowledged by the peer, and counts as in flight. */
export const ELICITING = 1;
/** Sent while the application had nothing more to send. */
export const APP_LIMITED = 2;
/** A probe of the path's MTU: its loss says nothing about congestion. */
export const MTU_PROBE = 4;
/** As large as packets may be. */
export const FULL = 8;

const FIRST_CAPACITY = 32;
/** The most that is remembered: some 190 MB of full packets, and 8 MB of memory. */
const MAX_CAPACITY = 1 << 17;
/** Of these are not for data: without probes and acknowledgements a connection would not outlive an outage. */
const RESERVED = 4096;

/**
 * Everything that is known of the packets from `first` to `next`, in parallel rings indexed by packet number: a packet
 * is one row, read and written without allocation.
 */
export class SentPackets {
  /** The oldest packet that is remembered, and the number of the next one. */
  first = 0;
  next = 0;
  mask = FIRST_CAPACITY - 1;
  state: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_CAPACITY);
  flags: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_CAPACITY);
  /** Control frames inside, as a mask of the engine's. */
  control: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_CAPACITY);
  /** UDP payload bytes. */
  size: Uint16Array<ArrayBuffer> = new Uint16Array(FIRST_CAPACITY);
  /** Data inside: where in the sequence of bytes, how much (0: none). */
  length: Uint16Array<ArrayBuffer> = new Uint16Array(FIRST_CAPACITY);
  offset: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  sentAt: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  /** The state of the connection when it was sent, for the delivery rate. */
  delivered: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  deliveredAt: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  firstSentAt: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  inflight: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  lost: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);

  /** No more can be sent before something old is forgotten. */
  get full(): boolean {
    return this.next - this.first >= MAX_CAPACITY;
  }

  /** No data can be sent before something old is forgotten. */
  get crowded(): boolean {
    return this.next - this.first >= MAX_CAPACITY - RESERVED;
  }

  /** The row of a new packet; its number is `next` before the call. */
  add(): number {
    if (this.next - this.first > this.mask) this.#grow();
    return this.next++ & this.mask;
  }

  #grow(): void {
    const capacity = 2 * (this.mask + 1);
    const rows = Array.from({ length: this.next - this.first }, (_, i) => this.first + i);
    const moved = <T extends Uint8Array | Uint16Array | Float64Array>(from: T, to: T): T => {
      for (const number of rows) to[number & (capacity - 1)] = from[number & this.mask];
      return to;
    };
    this.state = moved(this.state, new Uint8Array(capacity));
    this.flags = moved(this.flags, new Uint8Array(capacity));
    this.control = moved(this.control, new Uint8Array(capacity));
    this.size = moved(this.size, new Uint16Array(capacity));
    this.length = moved(this.length, new Uint16Array(capacity));
    this.offset = moved(this.offset, new Float64Array(capacity));
    this.sentAt = moved(this.sentAt, new Float64Array(capacity));
    this.delivered = moved(this.delivered, new Float64Array(capacity));
    this.deliveredAt = moved(this.deliveredAt, new Float64Array(capacity));
    this.firstSentAt = moved(this.firstSentAt, new Float64Array(capacity));
    this.inflight = moved(this.inflight, new Float64Array(capacity));
    this.lost = moved(this.lost, new Float64Array(capacity));
    this.mask = capacity - 1;
  }

  /** Forgets what is settled: acknowledged, or lost and sent before `lostBefore`, so that a late acknowledgement is still known. */
  forget(lostBefore: number): void {
    while (this.first < this.next) {
      const row = this.first & this.mask;
      const state = this.state[row];
      if (state === IN_FLIGHT || (state === LOST && this.sentAt[row] >= lostBefore)) return;
      this.first++;
    }
  }
}
