import { DirectionLedger } from '../../io/direction-ledger.ts';
import { ETHERNET_HEADER_BYTES } from '../../io/headers.ts';
import { addressOf, memory } from '../../io/linux/libc.ts';
import type { LinuxLoop } from '../../io/linux/loop.ts';
import { PacketRing } from '../../io/linux/packet-ring.ts';
import { PacketSender } from '../../io/linux/packet-sender.ts';
import type { Timer } from '../../io/loop.ts';
import { LinkModel } from '../../link/model.ts';
import { type DirectionProfile, MAX_HELD } from '../../link/profile.ts';
import type { DirectionAccount } from '../../record/schema.ts';
import { MTU } from '../addresses.ts';
import type { FrameMemory, Tap } from '../tap.ts';
import { FrameSlots, VLAN_TAG_BYTES } from './frame-slots.ts';

const FRAME_BYTES = MTU + ETHERNET_HEADER_BYTES;
/** A clock that was set back makes frames seem to come later than they can have. */
const LONGEST_TURN_NS = 10e6;
/** Frames that one turn reads, so that the other direction and timers get theirs. */
const FRAMES_PER_TURN = 256;
const UNIMPAIRED: DirectionProfile = { stages: [] };

/**
 * One direction of the emulated link: takes frames from one interface, asks the model what becomes of them, puts them out at
 * the other when they are due.
 */
export class Direction {
  readonly #loop: LinuxLoop;
  readonly #ring: PacketRing;
  readonly #sender: PacketSender;
  readonly #frames: FrameSlots;
  readonly #base: number;
  readonly #timer: Timer;
  readonly #passing: Timer;
  #model: LinkModel;
  #ledger: DirectionLedger;
  /** Due frames on their way out: slots and sizes, from `#outFrom` to `#outTo`. */
  readonly #outSlots: Int32Array;
  readonly #outBytes: Int32Array;
  readonly #outDue: Float64Array;
  #outFrom = 0;
  #outTo = 0;
  /** What the model was told last: the arrival of the latest frame, or a later time at which frames were taken out. */
  #latest = 0;
  #closeAt = Infinity;

  constructor(loop: LinuxLoop, from: string, to: string) {
    this.#loop = loop;
    this.#sender = new PacketSender(loop, to);
    const slots = MAX_HELD + FRAMES_PER_TURN + this.#sender.batch;
    const bytes = memory(PacketRing.bytes + FrameSlots.bytesFor(slots));
    this.#base = addressOf(bytes);
    this.#frames = new FrameSlots(bytes, PacketRing.bytes, () => this.#latest);
    this.#ring = new PacketRing(loop, from, bytes);
    this.#outSlots = new Int32Array(this.#sender.batch);
    this.#outBytes = new Int32Array(this.#sender.batch);
    this.#outDue = new Float64Array(this.#sender.batch);
    this.#timer = loop.timer(() => this.#read());
    this.#passing = loop.timer(() => this.#read());
    this.#model = new LinkModel(UNIMPAIRED, 0, this.#frames);
    this.#ledger = new DirectionLedger(this.#model, loop.now());
    this.#ring.onReadable = () => this.#read();
    this.#sender.onWritable = () => this.#read();
  }

  /** `make`: what is to be told of every frame. */
  record(make: (frames: FrameMemory) => Tap): void {
    this.#frames.tap = make(this.#frames);
  }

  /** A new model; whatever the old one still held is dropped. */
  configure(profile: DirectionProfile, seed: number): void {
    while (this.#model.held() > 0) {
      const slot = this.#model.take(Infinity);
      if (slot >= 0) this.#frames.release(slot);
    }
    this.#timer.cancel();
    this.#passing.cancel();
    this.#model = new LinkModel(profile, seed, this.#frames);
    this.#ring.overrun();
    this.#ledger = new DirectionLedger(this.#model, this.#loop.now());
  }

  /**
   * Takes what has come, then lets go what is due: never the other way round, since the model is told of everything in the
   * order of its time, by the clock as it was before the last look at the ring.
   */
  #read(): void {
    const ring = this.#ring;
    const now = ring.calibrate();
    for (let read = 0; read < FRAMES_PER_TURN && this.#frames.available > 0 && ring.filled(); read++) {
      this.#take(now);
      ring.next();
    }
    const isEmpty = !ring.filled();
    // The window ends behind the last frame that came before.
    if (isEmpty) this.#passTime(now);
    this.#release(isEmpty ? Math.max(now, this.#latest) : this.#latest);
  }

  /**
   * Frames are told to the model at the time at which the kernel got them, in order, with what was due before each taken out
   * first: however late this thread comes, no frame meets a fuller queue, or leaves later by the model, for it.
   */
  #take(now: number): void {
    const ring = this.#ring;
    const arrival = Math.max(this.#latest, Math.min(ring.arrival(), now + LONGEST_TURN_NS));
    this.#passTime(arrival);
    while (this.#model.nextDue() <= arrival) {
      this.#collect(arrival);
      if (this.#outTo === this.#outSlots.length && !this.#sendOut()) break;
    }
    this.#latest = arrival;
    const vlan = ring.vlan();
    const tagBytes = vlan === 0 ? 0 : VLAN_TAG_BYTES;
    const bytes = ring.frameBytes() + tagBytes;
    if (bytes > FRAME_BYTES + tagBytes) this.#ledger.oversize++;
    const slot = this.#frames.fill(ring.frameOffset(), ring.capturedBytes());
    if (vlan !== 0) this.#frames.tag(slot, vlan);
    const { tap } = this.#frames;
    tap?.arrived(arrival, slot, bytes);
    if (bytes <= this.#frames.slotBytes) {
      this.#model.offer(arrival, slot, bytes);
      return;
    }
    tap?.dropped(arrival, slot, 'oversize');
    this.#frames.release(slot);
  }

  /** Sends what is due at `until` and arms the timer for what is not. */
  #release(until: number): void {
    for (;;) {
      this.#collect(until);
      if (this.#outFrom === this.#outTo) break;
      if (!this.#sendOut()) return;
    }
    const next = this.#model.nextDue();
    if (next < Infinity) this.#timer.arm(next);
  }

  /** Moves what is due at `until` to the batch that goes out next, as far as it has room. */
  #collect(until: number): void {
    if (this.#outFrom === this.#outTo) {
      this.#outFrom = 0;
      this.#outTo = 0;
    }
    const model = this.#model;
    while (this.#outTo < this.#outSlots.length) {
      const due = model.nextDue();
      if (due > until) return;
      if (due > this.#latest) this.#latest = due;
      const slot = model.take(until);
      if (slot < 0) continue;
      this.#outSlots[this.#outTo] = slot;
      this.#outDue[this.#outTo] = model.takenDue;
      this.#outBytes[this.#outTo++] = model.takenBytes;
      this.#frames.tap?.left(this.#loop.now(), slot, model.takenBytes);
    }
  }

  /** False when the device has no room: its turn comes when it is writable. */
  #sendOut(): boolean {
    const count = this.#outTo - this.#outFrom;
    for (let i = 0; i < count; i++) {
      const k = this.#outFrom + i;
      this.#sender.setFrame(i, this.#base + this.#frames.offset(this.#outSlots[k]), this.#outBytes[k]);
    }
    let sent = this.#sender.send(count);
    if (sent === 0) {
      this.#sender.wantWritable();
      return false;
    }
    if (sent < 0) {
      this.#ledger.sendErrors++;
      this.#frames.tap?.dropped(this.#loop.now(), this.#outSlots[this.#outFrom], 'refused');
      sent = 1;
    }
    const now = this.#loop.now();
    for (let i = 0; i < sent; i++) {
      this.#ledger.recordLateness(now - this.#outDue[this.#outFrom]);
      this.#frames.release(this.#outSlots[this.#outFrom++]);
    }
    return true;
  }

  /** Counting starts with what is read at `open` or later, and goes on through the drain; the window ends at `close`. */
  window(open: number, close: number): void {
    this.#ledger.window(open, close);
    this.#passing.arm(open);
    this.#closeAt = close;
  }

  /** Also called for every frame: the window's first may come before the timer does. */
  #passTime(now: number): void {
    if (this.#ledger.passTime(now)) {
      this.#ring.overrun();
      this.#passing.arm(this.#closeAt);
    }
  }

  account(): DirectionAccount {
    this.#ledger.overrun += this.#ring.overrun();
    return this.#ledger.account();
  }
}
