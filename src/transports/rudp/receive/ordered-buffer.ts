import { messageLength, PREFIX_BYTES } from './message-prefix.ts';
import type { ReceiveBuffer } from './receive-buffer.ts';
import { WindowBuffer } from './window-buffer.ts';

/**
 * Delivers messages in the order sent. What arrives in order, from the start of a message on, is delivered straight from the
 * datagram; all else waits in the ring, which is looked through once per batch of datagrams.
 */
export class OrderedBuffer extends WindowBuffer implements ReceiveBuffer {
  /** Start of the first message that has not been handed to `deliveries`: what is in from there on is in the ring. */
  #base = 0;

  get heldBytes(): number {
    return this.received.count(this.#base, Infinity);
  }

  onData(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    length: number,
    offset: number,
    _head: number,
    arrival: number,
  ): boolean {
    const { deliveries, received } = this;
    if (deliveries.busy) return false;
    if (deliveries.mustGoBefore(bytes, arrival)) this.flush();
    const end = offset + length;
    if (end > this.allowance.told) this.violated = true;
    if (this.violated) return false;
    if (end <= received.contiguous) return true;
    if (received.isFull(offset, end)) return false;
    deliveries.arrival = arrival;
    const from = Math.max(offset, received.contiguous);
    const to = at + length;
    let left = end - from;
    if (from === this.#base && from === received.contiguous && received.isApart(end)) {
      deliveries.from(bytes, view);
      left = this.#straight(view, to - left, to);
      if (this.violated) return false;
      this.#base = end - left;
    }
    if (left > 0) this.ring.write(end - left, bytes, to - left, left, this.#base);
    received.add(from, end);
    this.allowance.saw(end);
    this.allowance.update(received.contiguous, this.#base, arrival);
    return true;
  }

  /** Takes the whole messages of [from, to) and returns how many bytes are left, of one that is not whole. */
  #straight(view: DataView, from: number, to: number): number {
    let at = from;
    while (to - at >= PREFIX_BYTES) {
      const length = messageLength(view.getUint32(at), this.maxMessage);
      if (Number.isNaN(length)) this.violated = true;
      if (!(length <= to - at - PREFIX_BYTES)) break;
      this.deliveries.add(at + PREFIX_BYTES, length);
      at += PREFIX_BYTES + length;
    }
    return to - at;
  }

  /** Nothing is given up in this mode: that not everything has come below an offset that is skipped to breaks its promise. */
  onSkip(offset: number): void {
    if (offset > this.received.contiguous) this.violated = true;
  }

  flush(): void {
    const { deliveries, ring } = this;
    if (deliveries.busy) return;
    const { contiguous } = this.received;
    while (contiguous - this.#base >= PREFIX_BYTES) {
      const start = this.#base + PREFIX_BYTES;
      const length = messageLength(ring.u32(this.#base), this.maxMessage);
      if (Number.isNaN(length)) this.violated = true;
      else this.allowance.makeRoom(PREFIX_BYTES + length);
      if (!(start + length <= contiguous)) break;
      this.#base = start + length;
      deliveries.addHeld(ring, start, length);
    }
    this.allowance.update(contiguous, this.#base, deliveries.arrival);
    deliveries.deliver();
  }
}
