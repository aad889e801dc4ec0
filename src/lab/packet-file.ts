import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { PacketBlocks, type PacketDirection } from './pcapng.ts';

/**
 * Packets are told in the order in which one thread comes to them, a little beside that of their times: this much is kept back, so that
 * the file is in order of time.
 */
const KEPT_BACK_NS = 50e6;
/** Written at once when there is more. */
const FULL_BYTES = 4 << 20;
const TWO_32 = 2 ** 32;
const NO_TICKET = -1;

/** A pcapng file that grows by whole blocks, in order of time. Times are ns of any clock that `epochNs` relates to the epoch's. */
export class PacketFile {
  readonly #fd: number;
  /** Of time 0 on the clock of the packets, in ns since 1970. */
  readonly #epochHigh: number;
  readonly #epochLow: number;
  /** Bytes of whole blocks in the file. */
  #written = 0;
  /** Why no more packets are taken. */
  #failure: Error | undefined;
  #pending = new PacketBlocks();
  #kept = new PacketBlocks();
  readonly #due = new PacketBlocks();
  /** Of the pending packets, in order of time: when, and where in `#pending`. */
  #times = new Float64Array(1024);
  #starts = new Uint32Array(1024);
  #count = 0;
  /** Of the packet that was added last. */
  #ticket = 0;

  /** `header`: the blocks that a file begins with. Throws what the system says of a path that cannot be written. */
  constructor(path: string, header: readonly Uint8Array[], epochNs: bigint) {
    this.#fd = openSync(path, 'w');
    this.#epochHigh = Number(epochNs >> 32n);
    this.#epochLow = Number(epochNs & 0xffff_ffffn);
    for (const block of header) this.#write(block, block.length);
  }

  /** Whether all that was added is in the file. */
  get idle(): boolean {
    return this.#count === 0;
  }

  /** Returns a ticket for {@link remark}. */
  add(
    id: number,
    ns: number,
    direction: PacketDirection,
    memory: Uint8Array,
    offset: number,
    captured: number,
    original: number,
  ): number {
    if (this.#failure) return NO_TICKET;
    if (this.#pending.length > FULL_BYTES) this.#makeRoom();
    const high = Math.floor(ns / TWO_32);
    const low = this.#epochLow + Math.floor(ns - high * TWO_32);
    const carry = low >= TWO_32 ? 1 : 0;
    const seconds = this.#epochHigh + high + carry;
    const start = this.#pending.add(id, seconds, low - carry * TWO_32, direction, memory, offset, captured, original);
    this.#insert(ns, start);
    return ++this.#ticket;
  }

  /** Puts a comment to a packet; false when it is too late for that: another has been added, or it has been written. */
  remark(ticket: number, encoded: Uint8Array): boolean {
    if (ticket !== this.#ticket) return false;
    this.#pending.remark(encoded);
    return true;
  }

  /** Writes all but the latest: those that another may still come to stand before. */
  flush(now: number): void {
    this.#flushUntil(now - KEPT_BACK_NS);
  }

  /** Throws what went wrong on the way, if anything did; the file then ends with the last block that went well. */
  close(): void {
    this.#flushUntil(Infinity);
    closeSync(this.#fd);
    if (this.#failure) throw this.#failure;
    this.#failure = new Error('the file is closed');
  }

  /** A thread that lags behind tells of arrivals long after departures: better out of order than ever more. */
  #makeRoom(): void {
    this.flush(this.#times[this.#count - 1]);
    if (this.#pending.length > FULL_BYTES / 2) this.#flushUntil(Infinity);
  }

  #insert(ns: number, start: number): void {
    if (this.#count === this.#times.length) this.#grow();
    const at = this.#placeOf(ns);
    this.#times.copyWithin(at + 1, at, this.#count);
    this.#starts.copyWithin(at + 1, at, this.#count);
    this.#times[at] = ns;
    this.#starts[at] = start;
    this.#count++;
  }

  /** Behind all that are not later. */
  #placeOf(ns: number): number {
    let [from, to] = [0, this.#count];
    if (to === 0 || this.#times[to - 1] <= ns) return to;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#times[middle] <= ns) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #grow(): void {
    const [times, starts] = [this.#times, this.#starts];
    this.#times = new Float64Array(2 * times.length);
    this.#starts = new Uint32Array(2 * starts.length);
    this.#times.set(times);
    this.#starts.set(starts);
  }

  #flushUntil(horizon: number): void {
    // The blocks move: none of them is the latest any more.
    this.#ticket++;
    this.#due.clear();
    this.#kept.clear();
    let due = 0;
    while (due < this.#count && this.#times[due] <= horizon) this.#due.append(this.#pending, this.#starts[due++]);
    for (let i = due; i < this.#count; i++) {
      this.#times[i - due] = this.#times[i];
      this.#starts[i - due] = this.#kept.append(this.#pending, this.#starts[i]);
    }
    this.#count -= due;
    [this.#pending, this.#kept] = [this.#kept, this.#pending];
    this.#write(this.#due.bytes, this.#due.length);
  }

  /** A file that takes no more must not end the link: what is there stays readable, and `close` tells. */
  #write(bytes: Uint8Array, length: number): void {
    if (this.#failure) return;
    try {
      let done = 0;
      while (done < length) done += writeSync(this.#fd, bytes, done, length - done);
      this.#written += length;
    } catch (error) {
      this.#failure = error as Error;
      this.#cut();
    }
  }

  /** Takes a block off that did not find room for all of itself. */
  #cut(): void {
    try {
      ftruncateSync(this.#fd, this.#written);
    } catch {
      // Half a block at the end costs a warning of those who read the file.
    }
  }
}
