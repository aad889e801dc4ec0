import type { Batch } from '../../../io/batch.ts';
import type { Mode } from '../wire/parameters.ts';
import type { WindowOptions } from './credit.ts';
import { messageLength, PREFIX_BYTES } from './message-prefix.ts';
import { Partials } from './partials.ts';
import type { ReceiveBuffer } from './receive-buffer.ts';
import { WindowBuffer } from './window-buffer.ts';

/** Where the message that a piece starts in ends, when that is not a number. */
const UNKNOWN = 0;
const REFUSED = -1;
/** No message. */
const NONE = -1;

/**
 * Delivers every message as soon as it is whole, straight from the datagram if it lies in one, else out of the ring. A message is
 * delivered when the last byte of it comes that was missing, hence once, however its data is cut, repeated or reordered.
 */
export class MessageBuffer extends WindowBuffer implements ReceiveBuffer {
  readonly #sequenced: boolean;
  /** The sender gives up what is late. */
  readonly #lossy: boolean;
  readonly #partials = new Partials();
  /** Sequenced: behind the newest message delivered. */
  #newest = 0;

  constructor(mode: Exclude<Mode, 'ordered'>, options: WindowOptions, deliver: (batch: Batch) => void) {
    super(options, deliver);
    this.#sequenced = mode === 'sequenced';
    this.#lossy = mode !== 'unordered';
  }

  get heldBytes(): number {
    const partials = this.#partials;
    let bytes = 0;
    for (let i = 0; i < partials.count; i++) {
      const next = i + 1 < partials.count ? partials.start(i + 1) : Infinity;
      bytes += this.received.count(partials.start(i), partials.end(i) || next);
    }
    return bytes;
  }

  onData(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    length: number,
    offset: number,
    head: number,
    arrival: number,
  ): boolean {
    const { deliveries, received } = this;
    if (deliveries.busy) return false;
    if (deliveries.mustGoBefore(bytes, arrival)) this.flush();
    const end = offset + length;
    if (end > this.allowance.told || head > offset || head >= PREFIX_BYTES + this.maxMessage) this.violated = true;
    if (this.violated) return false;
    if (length === 0 || received.has(offset, end)) return true;
    if (received.isFull(offset, end)) return false;
    const start = offset - head;
    if (this.#partials.isFull && this.#partials.find(start) < 0) return false;
    deliveries.arrival = arrival;
    let boundary = offset;
    if (head > 0) {
      const found = this.#endOf(start, offset, end);
      if (found === REFUSED || this.violated) return false;
      boundary = found > 0 ? Math.min(found, end) : end;
      this.#hold(bytes, at, offset, boundary, start);
      received.add(offset, boundary);
      this.#complete(start);
    }
    this.allowance.saw(end);
    if (boundary < end) this.#takeMessages(bytes, view, at + boundary - offset, boundary, end);
    this.#account();
    return !this.violated;
  }

  /** Takes [offset, end), which starts where a message does. */
  #takeMessages(bytes: Uint8Array, view: DataView, at: number, offset: number, end: number): void {
    const { received } = this;
    const tail = offset + this.#takeWhole(bytes, view, at, end - offset, offset);
    if (this.violated) return;
    if (tail < end) this.#hold(bytes, at + tail - offset, tail, end, tail);
    received.add(offset, end);
    if (this.#newest > received.contiguous) this.#giveUp(this.#newest);
    if (tail < end) this.#complete(tail);
  }

  /**
   * Where the message ends that starts at `start` and has the first byte of the frame [offset, end). REFUSED: where the next one would
   * begin cannot be known, and some of what the frame holds may have been delivered; it will come again, cut differently
   * or after the prefix.
   */
  #endOf(start: number, offset: number, end: number): number {
    const { received } = this;
    const partials = this.#partials;
    const i = partials.find(start);
    const known = i >= 0 ? partials.end(i) : UNKNOWN;
    if (known > 0) {
      if (offset >= known) this.violated = true;
      return known;
    }
    const covered = i >= 0 ? Infinity : partials.coveredTo(start);
    if (covered > 0) {
      // Only what was kept is sure to be in the ring.
      const found = start + PREFIX_BYTES <= covered ? this.#readEnd(start) : UNKNOWN;
      if (found > 0) {
        if (offset >= found) this.violated = true;
        return found;
      }
    } else if (start < this.#newest || received.has(start, start + 1)) {
      // Nothing is kept of it although it had begun: it has been delivered, or given up.
      return REFUSED;
    }
    return received.isFree(offset, end) ? UNKNOWN : REFUSED;
  }

  /** Of a message of which all that is in lies in the ring. */
  #readEnd(start: number): number {
    if (!this.received.has(start, start + PREFIX_BYTES)) return UNKNOWN;
    const length = messageLength(this.ring.u32(start), this.maxMessage);
    if (Number.isNaN(length)) this.violated = true;
    return Number.isNaN(length) ? UNKNOWN : start + PREFIX_BYTES + length;
  }

  /** Takes the whole messages in front and returns how many bytes they have. */
  #takeWhole(bytes: Uint8Array, view: DataView, at: number, count: number, offset: number): number {
    const { deliveries, received } = this;
    // Then nothing of them can have come before.
    const fresh = received.isNewest(offset);
    deliveries.from(bytes, view);
    let taken = 0;
    while (count - taken >= PREFIX_BYTES) {
      const length = messageLength(view.getUint32(at + taken), this.maxMessage);
      if (Number.isNaN(length)) this.violated = true;
      const next = taken + PREFIX_BYTES + length;
      if (!(next <= count)) break;
      const start = offset + taken;
      // Of what is kept something was missing, or it was not known yet that nothing is.
      const reach = fresh ? NONE : this.#forget(start);
      if (fresh || (start >= this.#newest && (reach !== NONE || !received.has(start, offset + next)))) {
        deliveries.add(at + taken + PREFIX_BYTES, length);
        if (this.#sequenced) this.#newest = offset + next;
      }
      taken = next;
      if (reach <= offset + taken) continue;
      received.add(offset, offset + taken);
      this.#complete(this.#takeHeld(offset + taken, reach));
      deliveries.from(bytes, view);
    }
    return taken;
  }

  /**
   * Keeps nothing of the message any more that starts at `start`. Returns how far pieces reach that were taken to be of it, 0 once its
   * end is known; NONE: nothing was kept.
   */
  #forget(start: number): number {
    const partials = this.#partials;
    const i = partials.find(start);
    if (i < 0) return NONE;
    const reach = partials.end(i) > 0 ? 0 : partials.reach(i);
    partials.remove(i);
    return reach;
  }

  /** Keeps [offset, end) of the message that starts at `start`, or of what may be that message. */
  #hold(bytes: Uint8Array, at: number, offset: number, end: number, start: number): void {
    const { received } = this;
    const partials = this.#partials;
    if (received.has(offset, end)) return;
    let i = partials.find(start);
    if (i < 0) {
      const begun = start < this.#newest || start < received.contiguous;
      if (begun && partials.coveredTo(start) === 0) return;
      i = partials.add(start);
    }
    partials.setReach(i, end);
    this.ring.write(offset, bytes, at, end - offset, partials.start(0));
  }

  /** Delivers the message that starts at `start`, of which something is kept, if nothing of it is missing any more. */
  #complete(start: number): void {
    // One may open the way to the next.
    for (let next = start; next !== NONE; ) next = this.#completeOne(next);
  }

  /** Returns the start of another message that may have become complete, or NONE. */
  #completeOne(start: number): number {
    const partials = this.#partials;
    const i = partials.find(start);
    if (i < 0) return NONE;
    const reach = partials.end(i) > 0 ? 0 : partials.reach(i);
    if (reach > 0) partials.setEnd(i, this.#readEnd(start));
    const end = partials.end(i);
    if (end === UNKNOWN) return NONE;
    if (this.received.has(start, end)) {
      partials.remove(i);
      this.#deliverHeld(start, end);
    }
    return reach > end ? this.#takeHeld(end, reach) : NONE;
  }

  #deliverHeld(start: number, end: number): void {
    if (this.#sequenced) {
      this.#newest = end;
      this.#giveUp(end);
    }
    this.deliveries.addHeld(this.ring, start + PREFIX_BYTES, end - start - PREFIX_BYTES);
    // At once: the ring may be written to again.
    this.deliveries.deliver();
  }

  /**
   * Takes the messages out of what was in a piece behind the message that it was taken to be of: nothing of it had come before.
   * Returns the start of one that goes on in other pieces, if something was kept of it already, or NONE.
   */
  #takeHeld(from: number, to: number): number {
    const partials = this.#partials;
    let start = from;
    while (start < to) {
      if (partials.find(start) >= 0) return start;
      const end = start + PREFIX_BYTES <= to ? this.#readEnd(start) : UNKNOWN;
      if (this.violated) return NONE;
      if (end === UNKNOWN || end > to) break;
      this.#deliverHeld(start, end);
      start = end;
    }
    // The rest, if it has come, came in one frame with all of the message, which was delivered from there.
    if (start === to || this.received.has(to, to + 1)) return NONE;
    partials.setReach(partials.add(start), to);
    return NONE;
  }

  onSkip(offset: number): void {
    if (offset <= this.received.contiguous) return;
    // Otherwise nothing is given up: that not everything has come below an offset that is skipped to breaks its promise.
    if (this.#lossy) this.#giveUp(offset);
    else this.violated = true;
    this.#account();
  }

  /** Waits no longer for anything below `offset`. Of what starts there only messages survive that lack nothing below it. */
  #giveUp(offset: number): void {
    if (this.#newest >= offset) this.#partials.removeBelow(offset);
    else this.#partials.abandon(offset, this.received);
    if (offset > this.received.contiguous) this.received.advance(offset);
  }

  #account(): void {
    const { contiguous } = this.received;
    const partials = this.#partials;
    const first = partials.count > 0 ? partials.start(0) : Infinity;
    if (first <= contiguous && partials.end(0) > 0) this.allowance.makeRoom(partials.end(0) - first);
    this.allowance.update(contiguous, Math.min(first, contiguous), this.deliveries.arrival);
  }

  flush(): void {
    this.deliveries.deliver();
  }
}
