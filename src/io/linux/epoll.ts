import * as c from './libc.ts';

/** Events taken in one turn: what more is ready comes in the next, for the kernel hands it out in rotation. */
const BATCH = 256;
/** `struct epoll_event` is packed on x86-64 alone. */
const [STRIDE, DATA] = process.arch === 'x64' ? [12, 4] : [16, 8];
/** The kernel does not know of it yet. */
const UNKNOWN = -1;

/** A file descriptor that is waited for. */
export interface Watch {
  /** POLLIN | POLLOUT as wanted now. The kernel is told when the loop next waits, and only of what is different by then. */
  events: number;
  /** To be called before the descriptor is closed: nothing is heard of it any more. */
  close(): void;
}

class Registration implements Watch {
  readonly fd: number;
  /** Tells it from an earlier one of the same descriptor number, of which events may have been taken already. */
  readonly serial: number;
  readonly onEvents: (ready: number) => void;
  /** What the kernel knows. */
  known = UNKNOWN;
  queued = false;
  readonly #interest: Interest;
  #wanted: number;

  constructor(interest: Interest, fd: number, serial: number, events: number, onEvents: (ready: number) => void) {
    this.#interest = interest;
    this.fd = fd;
    this.serial = serial;
    this.#wanted = events;
    this.onEvents = onEvents;
  }

  get events(): number {
    return this.#wanted;
  }

  set events(wanted: number) {
    this.#wanted = wanted;
    if (wanted !== this.known && !this.queued) this.#interest.changed(this);
  }

  close(): void {
    this.#interest.remove(this);
  }
}

/**
 * The descriptors of a loop and what is wanted of them, in an epoll(7) set, level-triggered: a turn costs what is ready, however
 * many there are. The set exists while it is open; what is watched outlives it.
 */
export class Interest {
  /** By file descriptor. */
  readonly #watched: (Registration | undefined)[] = [];
  #changes: Registration[] = [];
  #serials = 0;
  #set = -1;
  readonly #events = c.memory(BATCH * STRIDE);
  readonly #eventsView = new DataView(this.#events.buffer);
  readonly #eventsAddress = c.addressOf(this.#events);
  readonly #one = c.memory(STRIDE);
  readonly #oneView = new DataView(this.#one.buffer);
  readonly #oneAddress = c.addressOf(this.#one);
  /** struct timespec, then struct pollfd. */
  readonly #wait = c.memory(24);
  readonly #waitView = new DataView(this.#wait.buffer);
  readonly #waitAddress = c.addressOf(this.#wait);
  /** epoll_pwait2(2), from Linux 5.11 on, and where a container's seccomp profile has heard of it. */
  #oneCall = true;

  open(): void {
    this.#set = c.check(c.libc.epoll_create1(c.EPOLL_CLOEXEC), 'epoll_create1');
    this.#waitView.setInt32(16, this.#set, true);
    this.#waitView.setInt16(20, c.POLLIN, true);
    for (const watch of this.#watched) if (watch) this.#add(watch);
  }

  close(): void {
    if (this.#set >= 0) c.libc.close(this.#set);
    this.#set = -1;
    for (const watch of this.#watched) if (watch) watch.known = UNKNOWN;
  }

  watch(fd: number, events: number, onEvents: (ready: number) => void): Watch {
    this.#serials = (this.#serials + 1) >>> 0;
    const watch = new Registration(this, fd, this.#serials, events, onEvents);
    if (this.#set >= 0) this.#add(watch);
    this.#watched[fd] = watch;
    return watch;
  }

  changed(watch: Registration): void {
    watch.queued = true;
    this.#changes.push(watch);
  }

  remove(watch: Registration): void {
    if (this.#watched[watch.fd] !== watch) return;
    this.#watched[watch.fd] = undefined;
    if (this.#set >= 0) c.libc.epoll_ctl(this.#set, c.EPOLL_CTL_DEL, watch.fd, 0);
  }

  #add(watch: Registration): void {
    this.#control(c.EPOLL_CTL_ADD, watch);
  }

  #control(operation: number, watch: Registration): void {
    this.#oneView.setUint32(0, watch.events, true);
    this.#oneView.setUint32(DATA, watch.fd, true);
    this.#oneView.setUint32(DATA + 4, watch.serial, true);
    c.check(c.libc.epoll_ctl(this.#set, operation, watch.fd, this.#oneAddress), 'epoll_ctl');
    watch.known = watch.events;
  }

  #tell(): void {
    for (const watch of this.#changes) {
      watch.queued = false;
      if (watch.known !== watch.events && this.#watched[watch.fd] === watch) this.#control(c.EPOLL_CTL_MOD, watch);
    }
    this.#changes.length = 0;
  }

  /** Waits at most `ns`, less than a second, and calls the handlers of what is ready. */
  wait(ns: number): void {
    if (this.#changes.length > 0) this.#tell();
    const ready = this.#poll(ns);
    if (ready < 0 && c.errno() !== c.EINTR) throw c.systemError('epoll_wait');
    for (let i = 0, at = 0; i < ready; i++, at += STRIDE) {
      const watch = this.#watched[this.#eventsView.getUint32(at + DATA, true)];
      // An earlier handler may have closed this one, and opened another of the same number.
      if (watch?.serial !== this.#eventsView.getUint32(at + DATA + 4, true)) continue;
      watch.onEvents(this.#eventsView.getUint32(at, true));
    }
  }

  #poll(ns: number): number {
    if (ns <= 0) return c.libc.epoll_wait(this.#set, this.#eventsAddress, BATCH, 0);
    this.#waitView.setUint32(8, ns, true);
    if (this.#oneCall) {
      const ready = c.libc.syscall(c.SYS_EPOLL_PWAIT2, this.#set, this.#eventsAddress, BATCH, this.#waitAddress, 0, 0);
      if (ready >= 0) return ready;
      const number = c.errno();
      if (number !== c.ENOSYS && number !== c.EPERM) return ready;
      this.#oneCall = false;
    }
    // epoll_wait(2) alone knows milliseconds only.
    const any = c.libc.ppoll(this.#waitAddress + 16, 1, this.#waitAddress, 0);
    return any > 0 ? c.libc.epoll_wait(this.#set, this.#eventsAddress, BATCH, 0) : any;
  }
}
