import { LinkModel } from '../../link/model.ts';
import { type DirectionProfile, MAX_HELD } from '../../link/profile.ts';
import type { DirectionAccount } from '../../record/schema.ts';
import type { Peer } from '../datagram.ts';
import { DirectionLedger } from '../direction-ledger.ts';
import type { Loop, Timer } from '../loop.ts';
import type { Outlet } from './outlet.ts';
import { Run } from './run.ts';
import { DatagramSlots } from './slots.ts';

/** Beside what the model may hold: the datagram that is being offered, and the one that did not fit into the run. */
const SLOTS = MAX_HELD + 2;
const NONE = -1;

/** One direction of a link, beneath the datagram sockets of one endpoint: all that they send goes through it. */
export class DatagramLink {
  readonly #loop: Loop;
  readonly #slots = new DatagramSlots(SLOTS);
  readonly #run = new Run();
  readonly #model: LinkModel;
  readonly #ledger: DirectionLedger;
  readonly #due: Timer;
  readonly #opening: Timer;
  readonly #closing: Timer;
  readonly #outlets = new Set<Outlet>();
  /** Taken from the model, but of another run. */
  #next = NONE;
  #releasing = false;
  /** A socket beneath has no room: nothing goes out, and nothing is taken. */
  blocked = false;

  /** `profile`: an effective one. */
  constructor(loop: Loop, profile: DirectionProfile, seed: number) {
    this.#loop = loop;
    this.#model = new LinkModel(profile, seed, this.#slots);
    this.#ledger = new DirectionLedger(this.#model, loop.now());
    this.#due = loop.timer(() => this.#release());
    this.#opening = loop.timer(() => this.#ledger.passTime(loop.now()));
    this.#closing = loop.timer(() => this.#ledger.passTime(loop.now()));
  }

  attach(outlet: Outlet): void {
    this.#outlets.add(outlet);
  }

  /** What is still on its way from there is lost. */
  detach(outlet: Outlet): void {
    this.#outlets.delete(outlet);
    this.resume();
  }

  /** To be called when a socket beneath has room again. */
  resume(): void {
    if (!this.blocked) return;
    this.blocked = false;
    this.#release();
    for (const outlet of this.#outlets) if (!this.blocked) outlet.wake();
  }

  /** Takes `count` datagrams of `size` bytes that lie back to back in `slab` from `offset`. */
  offer(outlet: Outlet, slab: Uint8Array, offset: number, size: number, count: number, peer?: Peer): void {
    // First what is due: no datagram meets a fuller queue because this thread is late.
    this.#release();
    const now = this.#loop.now();
    this.#ledger.passTime(now);
    const frameBytes = outlet.headerBytes + size;
    for (let i = 0; i < count; i++) {
      this.#model.offer(now, this.#slots.fill(outlet, slab, offset + i * size, size, peer), frameBytes);
    }
    this.#release();
  }

  /** Sends what is due and arms the timer for what is not. Not anew from inside a call that a socket makes meanwhile. */
  #release(): void {
    if (this.#releasing || this.blocked) return;
    this.#releasing = true;
    try {
      for (;;) {
        this.#gather();
        if (this.#run.count === 0) break;
        const lost = this.#run.send();
        if (lost < 0) {
          this.blocked = true;
          return;
        }
        this.#ledger.sendErrors += lost;
      }
    } finally {
      this.#releasing = false;
    }
    const next = this.#model.nextDue();
    if (next < Infinity) this.#due.arm(next);
  }

  /** Puts what is due into the run, until one comes that is of another. */
  #gather(): void {
    const now = this.#loop.now();
    while (!this.#run.isFull) {
      const slot = this.#next === NONE ? this.#take(now) : this.#next;
      this.#next = NONE;
      if (slot === NONE) return;
      const outlet = this.#slots.outletOf(slot);
      const peer = this.#slots.peerOf(slot);
      const size = this.#slots.sizeOf(slot);
      if (!this.#run.takes(outlet, peer, size)) {
        this.#next = slot;
        return;
      }
      this.#run.add(outlet, peer, size, this.#slots.pageOf(slot), this.#slots.startOf(slot));
      this.#slots.free(slot);
    }
  }

  /** The next datagram that is due and fit to be delivered. */
  #take(now: number): number {
    while (this.#model.nextDue() <= now) {
      const slot = this.#model.take(now);
      // Something inside the model has moved on, but not to its end.
      if (slot < 0) continue;
      this.#ledger.recordLateness(now - this.#model.takenDue);
      if (!this.#slots.isSpoilt(slot)) return slot;
      this.#slots.drop(slot);
    }
    return NONE;
  }

  /** Times are ns on the clock of the loop. */
  window(open: number, close: number): void {
    this.#ledger.window(open, close);
    this.#opening.arm(open);
    this.#closing.arm(close);
  }

  /** Since the window opened. */
  account(): DirectionAccount {
    return this.#ledger.account();
  }

  /** At once: what is still inside never leaves it. */
  stop(): void {
    for (const timer of [this.#due, this.#opening, this.#closing]) timer.cancel();
    for (const { inner } of this.#outlets) inner.close();
  }
}
