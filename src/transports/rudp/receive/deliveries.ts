import type { Batch } from '../../../io/batch.ts';
import { Extents } from '../../../wire/extents.ts';
import type { Ring } from './ring.ts';

/** Empty messages take no room in a datagram but do here. */
const MOST_MESSAGES = 8192;

/** Messages on their way to the application, gathered while they lie in the same memory. */
export class Deliveries extends Extents implements Batch {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** Of the data that came last; NaN before the first. */
  arrival = NaN;
  /** The application is being called. Nothing may be added then: what it looks at must stay as it is. */
  busy = false;
  readonly #deliver: (batch: Batch) => void;
  #joined: Uint8Array = new Uint8Array(0);
  #joinedView: DataView = this.view;

  constructor(deliver: (batch: Batch) => void) {
    super();
    this.#deliver = deliver;
  }

  /** What waits lies in other memory, came at another time, or is much. */
  mustGoBefore(bytes: Uint8Array, arrival: number): boolean {
    return this.count > 0 && (bytes !== this.bytes || arrival !== this.arrival || this.count >= MOST_MESSAGES);
  }

  /** Of what is added next; nothing else may be waiting. */
  from(bytes: Uint8Array, view: DataView): void {
    this.bytes = bytes;
    this.view = view;
  }

  /** One message out of the ring; one that wraps around its end is put together and delivered by itself. */
  addHeld(ring: Ring, offset: number, length: number): void {
    if (this.mustGoBefore(ring.bytes, this.arrival)) this.deliver();
    const at = ring.position(offset);
    const first = ring.bytes.length - at;
    if (length <= first) {
      this.from(ring.bytes, ring.view);
      return this.add(at, length);
    }
    this.deliver();
    if (this.#joined.length < length) {
      this.#joined = new Uint8Array(2 ** Math.ceil(Math.log2(length)));
      this.#joinedView = new DataView(this.#joined.buffer);
    }
    this.#joined.set(ring.bytes.subarray(at), 0);
    this.#joined.set(ring.bytes.subarray(0, length - first), first);
    this.from(this.#joined, this.#joinedView);
    this.add(0, length);
    this.deliver();
  }

  /** Hands over what is waiting. The application may do anything in that call, and throw. */
  deliver(): void {
    if (this.count === 0 || this.busy) return;
    this.busy = true;
    try {
      this.#deliver(this);
    } finally {
      this.busy = false;
      this.count = 0;
    }
  }
}
