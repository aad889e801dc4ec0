import { ETHERNET_HEADER_BYTES } from '../io/headers.ts';
import { addressOf, memory } from '../io/linux/libc.ts';
import type { PacketSocket } from '../io/linux/packet.ts';
import type { Loop, Timer } from '../io/loop.ts';
import { LinkModel } from '../link/model.ts';
import { type DirectionProfile, MAX_HELD } from '../link/profile.ts';
import { DelayHistogram } from '../metrics/histogram.ts';
import type { DirectionAccount } from '../record/schema.ts';
import { MTU } from './addresses.ts';

/** A whole Ethernet frame with a VLAN tag to spare, on a cache line. */
const SLOT_BYTES = 1536;
const FRAME_BYTES = MTU + ETHERNET_HEADER_BYTES;
/** Reads of one turn, so that one direction cannot starve the other. */
const READS_PER_TURN = 4;
const IDLE: DirectionProfile = { delayNs: 0, jitterNs: 0, limit: MAX_HELD };

/**
 * One direction of the emulated link: reads frames from one interface, asks the model what becomes of them, writes them to
 * the other when they are due. Frames stay in the slot that they were read into.
 */
export class Direction {
  readonly #loop: Loop;
  readonly #from: PacketSocket;
  readonly #to: PacketSocket;
  readonly #timer: Timer;
  /** Held so that it lives: the kernel is given addresses in it, from `#base` on. */
  readonly #memory: Uint8Array;
  readonly #base: number;
  readonly #free: Int32Array;
  #freeCount = 0;
  #model = new LinkModel(IDLE, 1);
  /** Due frames on their way out: slots and sizes, from `#outFrom` to `#outTo`. */
  readonly #outSlots: Int32Array;
  readonly #outBytes: Int32Array;
  #outFrom = 0;
  #outTo = 0;
  readonly #inSlots: Int32Array;
  #lateness = new DelayHistogram();
  #overrun = 0;
  #sendErrors = 0;
  #oversize = 0;
  #clearNs = 0;
  /** Arrival of the latest frame. */
  #latest = 0;
  #openAt = Infinity;
  #closeAt = Infinity;
  /** Undefined while the window is open. */
  #bytesAtClose: number | undefined;
  #opened = { ...this.#model.counters, held: 0, heldBytes: 0 };

  constructor(loop: Loop, from: PacketSocket, to: PacketSocket) {
    this.#loop = loop;
    this.#from = from;
    this.#to = to;
    const slots = MAX_HELD + from.batch + to.batch;
    this.#memory = memory(slots * SLOT_BYTES);
    this.#base = addressOf(this.#memory);
    this.#free = new Int32Array(slots);
    this.#inSlots = new Int32Array(from.batch);
    this.#outSlots = new Int32Array(to.batch);
    this.#outBytes = new Int32Array(to.batch);
    for (let i = 0; i < slots; i++) this.#free[this.#freeCount++] = slots - 1 - i;
    this.#timer = loop.timer(() => this.#release());
    from.onReadable = () => this.#read();
    to.onWritable = () => this.#release();
  }

  /** A new model; whatever the old one still held is dropped. */
  configure(profile: DirectionProfile, seed: number): void {
    while (this.#model.held() > 0) this.#put(this.#model.take(Infinity));
    this.#timer.cancel();
    this.#model = new LinkModel(profile, seed);
    this.window(Infinity, Infinity);
    this.#openAccount(this.#loop.now());
  }

  #put(slot: number): void {
    this.#free[this.#freeCount++] = slot;
  }

  #read(): void {
    for (let round = 0; round < READS_PER_TURN; round++) {
      const wanted = Math.min(this.#from.batch, this.#freeCount);
      for (let i = 0; i < wanted; i++) {
        const slot = this.#free[--this.#freeCount];
        this.#inSlots[i] = slot;
        this.#from.setReceiveSlot(i, this.#base + slot * SLOT_BYTES, SLOT_BYTES);
      }
      const got = this.#from.receive(wanted);
      for (let i = got; i < wanted; i++) this.#put(this.#inSlots[i]);
      if (got === 0) break;
      const now = this.#from.calibrate();
      for (let i = 0; i < got; i++) this.#take(i, now);
      if (got < wanted) break;
    }
    this.#release();
  }

  /**
   * Frames are told to the model at the time at which the kernel got them, in order, with what was due before each taken out
   * first: however late this thread comes, no frame meets a fuller queue, or leaves later by the model, for it.
   */
  #take(i: number, now: number): void {
    const arrival = Math.min(now, Math.max(this.#latest, this.#from.arrival(i)));
    this.#latest = arrival;
    this.passTime(arrival);
    while (this.#model.nextDue() <= arrival) {
      this.#collect(arrival, now);
      if (this.#outTo === this.#outSlots.length && !this.#sendOut()) break;
    }
    const bytes = this.#from.receivedBytes(i);
    const slot = this.#inSlots[i];
    if (bytes > FRAME_BYTES) this.#oversize++;
    if (bytes > SLOT_BYTES || !this.#model.offer(arrival, slot, bytes)) this.#put(slot);
  }

  /** Sends what is due and arms the timer for what is not. */
  #release(): void {
    const now = this.#loop.now();
    for (;;) {
      this.#collect(now, now);
      if (this.#outFrom === this.#outTo) break;
      if (!this.#sendOut()) return;
    }
    const next = this.#model.nextDue();
    if (next < Infinity) this.#timer.arm(next);
  }

  /** Moves what is due at `until` to the batch that goes out next, as far as it has room. */
  #collect(until: number, now: number): void {
    if (this.#outFrom === this.#outTo) {
      this.#outFrom = 0;
      this.#outTo = 0;
    }
    while (this.#outTo < this.#outSlots.length) {
      const slot = this.#model.take(until);
      if (slot < 0) return;
      this.#outSlots[this.#outTo] = slot;
      this.#outBytes[this.#outTo++] = this.#model.takenBytes;
      this.#lateness.record(now - this.#model.takenDue);
    }
  }

  /** False when the device has no room: its turn comes when it is writable. */
  #sendOut(): boolean {
    const count = this.#outTo - this.#outFrom;
    for (let i = 0; i < count; i++) {
      const k = this.#outFrom + i;
      this.#to.setSendSlot(i, this.#base + this.#outSlots[k] * SLOT_BYTES, this.#outBytes[k]);
    }
    let sent = this.#to.send(count);
    if (sent === 0) {
      this.#to.wantWritable();
      return false;
    }
    if (sent < 0) {
      this.#sendErrors++;
      sent = 1;
    }
    for (let i = 0; i < sent; i++) this.#put(this.#outSlots[this.#outFrom++]);
    return true;
  }

  /** Counting starts with what is read at `open` or later, and goes on through the drain; the window ends at `close`. */
  window(open: number, close: number): void {
    this.#openAt = open;
    this.#closeAt = close;
  }

  /** To be called at `open` and at `close`. Reading does so too: the window's first packet may come before the timer does. */
  passTime(now: number): void {
    if (now >= this.#openAt) {
      this.#openAccount(this.#openAt);
      this.#openAt = Infinity;
    }
    if (now >= this.#closeAt) {
      this.#closeAt = Infinity;
      this.#bytesAtClose = this.#model.counters.bytesIn;
    }
  }

  #openAccount(at: number): void {
    this.#clearNs = this.#model.earliestService(at) - at;
    this.#from.overrun();
    this.#overrun = 0;
    this.#sendErrors = 0;
    this.#oversize = 0;
    this.#lateness = new DelayHistogram();
    this.#opened = { ...this.#model.counters, held: this.#model.held(), heldBytes: this.#model.heldBytes() };
    this.#bytesAtClose = undefined;
  }

  account(): DirectionAccount {
    this.#overrun += this.#from.overrun();
    const { counters } = this.#model;
    const since = this.#opened;
    return {
      packetsIn: counters.packetsIn - since.packetsIn,
      bytesIn: counters.bytesIn - since.bytesIn,
      windowBytesIn: (this.#bytesAtClose ?? counters.bytesIn) - since.bytesIn,
      packetsOut: counters.packetsOut - since.packetsOut,
      bytesOut: counters.bytesOut - since.bytesOut,
      lost: counters.lost - since.lost,
      queueDropped: counters.queueDropped - since.queueDropped,
      reordered: counters.reordered - since.reordered,
      held: this.#model.held(),
      heldBefore: since.held,
      clearSeconds: this.#clearNs / 1e9,
      heldBytes: this.#model.heldBytes(),
      heldBytesBefore: since.heldBytes,
      overrun: this.#overrun,
      sendErrors: this.#sendErrors,
      oversize: this.#oversize,
      ...(this.#lateness.count > 0 ? { lateness: this.#latenessSeconds() } : {}),
    };
  }

  #latenessSeconds(): { p50: number; p99: number; max: number } {
    const seconds = (q: number): number => (this.#lateness.quantile(q) ?? 0) / 1e9;
    return { p50: seconds(0.5), p99: seconds(0.99), max: seconds(1) };
  }
}
