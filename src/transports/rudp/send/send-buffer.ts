import { RangeSet } from '../ranges.ts';
import { LostRanges } from './lost-ranges.ts';
import { MessageRuns } from './message-runs.ts';
import { SendRing } from './send-ring.ts';

const PREFIX_BYTES = 4;
/** What a varint of 4 bytes can say. */
const MOST_MESSAGE_BYTES = 2 ** 30 - 1;
/** A chunk this full ends with a message rather than a little further on: the receiver then need not put one together. */
const NEARLY_FULL = 15 / 16;

export interface SendBufferOptions {
  /** Chunks end where messages end; a message is cut only when it is larger than a chunk. */
  readonly aligned: boolean;
  /** Held at most, and the largest message. */
  readonly maxBytes: number;
  /**
   * What is lost is sent again until it is acknowledged (`acked`); never (`sent`); or as long as it can arrive within so many
   * ns after its message was taken: half a round trip before that, a message is given up, even unsent.
   */
  readonly keepsUntil: 'acked' | 'sent' | number;
}

/**
 * What the application gave, until it is acknowledged or given up: one sequence of bytes, addressed by offset from 0, in which
 * each message stands behind its length. `next`, `copyChunk` and `commit` take it out in chunks of one frame each.
 */
export class SendBuffer {
  /** Messages are taken while less than this is unsent. */
  unsentLimit = Infinity;
  /** Half of it is how long a packet travels; for deadlines. */
  roundTripNs = 0;
  /**
   * The room that a packet of its own offers at least; 0: not known. An aligned chunk that does not fit what is left of a packet, but
   * would fit so much, is then held back (`next` is false) instead of cut.
   */
  fullRoom = 0;
  /** What `next` has found. */
  chunkOffset = 0;
  chunkLength = 0;
  /** How far before the chunk its first message begins; 0 at a boundary, and always unless aligned. */
  chunkHead = 0;
  chunkIsRetransmission = false;
  /** The last `next` was false because of the credit alone. */
  blocked = false;
  /** Ranges given up so far, sent or not: what lies there, the receiver has to be told to skip. */
  abandoned = 0;
  /** Messages given up before all of them had been sent. */
  expired = 0;
  readonly #aligned: boolean;
  readonly #keepsUntil: 'acked' | 'sent' | number;
  readonly #most: number;
  readonly #ring: SendRing;
  readonly #runs = new MessageRuns();
  readonly #lost = new LostRanges();
  /** Acknowledged or given up, above `base`. */
  readonly #done = new RangeSet();
  #base = 0;
  /** Offset of the first byte that has not been sent (or given up) yet. */
  #sent = 0;
  #end = 0;

  constructor(options: SendBufferOptions) {
    this.#aligned = options.aligned;
    this.#keepsUntil = options.keepsUntil;
    this.#most = Math.min(options.maxBytes, MOST_MESSAGE_BYTES) + PREFIX_BYTES;
    this.#ring = new SendRing(this.#most);
  }

  /** Everything below has been acknowledged or given up. */
  get base(): number {
    return this.#base;
  }

  /** What the peer may be told to skip to: as `base`. */
  get skipTo(): number {
    return this.#base;
  }

  /** Behind the last byte. */
  get end(): number {
    return this.#end;
  }

  get unsent(): number {
    return this.#end - this.#sent;
  }

  /** Nothing is unsent, nothing waits to be sent again. */
  get idle(): boolean {
    return this.#sent === this.#end && this.#lost.empty;
  }

  /** There is more, but nothing that may be sent below `creditLimit`. */
  lacksCredit(creditLimit: number): boolean {
    return this.#lost.empty && this.#sent < this.#end && this.#sent >= creditLimit;
  }

  /** Everything has been acknowledged or given up. */
  get drained(): boolean {
    return this.#base === this.#end;
  }

  /** Bytes of memory. */
  get capacity(): number {
    return this.#ring.capacity;
  }

  /** There is memory for a message of `size` bytes. */
  fits(size: number): boolean {
    return this.#end - this.#base + PREFIX_BYTES + size <= this.#most;
  }

  /**
   * Takes messages as `Connection.send` offers them, with 4 bytes of headroom, into which it writes their lengths. Returns how many:
   * as many as begin below the limit of what is unsent and fit, at least one when it holds nothing.
   * Throws RangeError for a message that can never fit.
   */
  take(slab: Uint8Array, offset: number, size: number, count: number, now: number): number {
    const stride = PREFIX_BYTES + size;
    if (stride > this.#most)
      throw new RangeError(`a message of ${size} bytes: at most ${this.#most - PREFIX_BYTES} fit`);
    const fit = Math.floor((this.#most - (this.#end - this.#base)) / stride);
    const wanted = Math.max(Math.ceil((this.unsentLimit - this.unsent) / stride), this.drained ? 1 : 0);
    const taken = Math.min(count, fit, wanted);
    if (taken <= 0) return 0;
    const end = offset + taken * stride;
    for (let at = offset; at < end; at += stride) {
      slab[at] = 0x80 | (size >>> 24);
      slab[at + 1] = size >>> 16;
      slab[at + 2] = size >>> 8;
      slab[at + 3] = size;
    }
    const held = this.#end - this.#base;
    this.#ring.reserve(this.#base, held, held + taken * stride);
    this.#ring.write(this.#end, slab.subarray(offset, end));
    this.#runs.push(this.#end, stride, taken, typeof this.#keepsUntil === 'number' ? now : 0);
    this.#end += taken * stride;
    return taken;
  }

  /**
   * Finds what to send next into a frame with room for `room` bytes of data: what was lost, lowest first, then what is new and
   * below `creditLimit`. False: nothing. Asked again before `commit`, with another room, it finds anew.
   */
  next(room: number, creditLimit: number, now: number): boolean {
    this.blocked = false;
    if (typeof this.#keepsUntil === 'number') this.#giveUpStale(this.#freshFrom(now));
    if (this.idle || room <= 0) return false;
    this.chunkIsRetransmission = !this.#lost.empty;
    if (this.chunkIsRetransmission) {
      return this.#setChunk(this.#lost.start, this.#stop(this.#lost.start, this.#lost.end, room, true));
    }
    const limit = Math.min(this.#end, creditLimit);
    if (limit <= this.#sent) {
      this.blocked = true;
      return false;
    }
    return this.#setChunk(this.#sent, this.#stop(this.#sent, limit, room, limit === this.#end));
  }

  /** The bytes of the chunk, `chunkLength` of them, to `into[at...]`. */
  copyChunk(into: Uint8Array, at: number): void {
    this.#ring.read(this.chunkOffset, this.chunkLength, into, at);
  }

  /** The chunk is in a packet; once per successful `next`, before anything else happens. */
  commit(): void {
    if (this.chunkIsRetransmission) this.#lost.shift(this.chunkLength);
    else this.#sent = this.chunkOffset + this.chunkLength;
  }

  /** The peer has it. What was never sent cannot be acknowledged. */
  onAcked(offset: number, length: number): void {
    const from = Math.max(offset, this.#base);
    const to = Math.min(offset + length, this.#sent);
    if (from >= to) return;
    this.#lost.subtract(from, to);
    this.#finish(from, to);
  }

  /** A packet that carried it is lost: it is queued again, but for what was acknowledged since, or given up. */
  onLost(offset: number, length: number, now: number): void {
    const from = Math.max(offset, this.#base);
    const to = Math.min(offset + length, this.#sent);
    if (from >= to) return;
    if (this.#keepsUntil === 'acked') return this.#queue(from, to);
    if (this.#keepsUntil === 'sent') {
      const rest = this.#runs.messageEnd(to - 1);
      // The message that the loss has spoilt: what is still unsent of it is of no use.
      if (this.#abandon(from, to)) this.#abandonUnsent(rest);
      return;
    }
    const fresh = this.#freshFrom(now);
    this.#abandon(from, Math.min(to, fresh));
    this.#queue(Math.max(from, fresh), to);
  }

  /** Where a chunk from `start` ends: at `limit` at most (and there if it fits, when `wholly`); at `start`: none now. */
  #stop(start: number, limit: number, room: number, wholly: boolean): number {
    if (this.#aligned && this.#runs.boundary(start) < start) {
      // The rest of a cut message has a chunk to itself: what would follow it could not be used before all of that is there.
      return this.#stopOfRest(start, Math.min(limit, this.#runs.messageEnd(start)), room);
    }
    if (wholly && limit - start <= room) return limit;
    const far = Math.min(limit, start + room);
    const boundary = this.#runs.boundary(far);
    if (!this.#aligned) return boundary - start >= room * NEARLY_FULL ? boundary : far;
    if (boundary > start) return boundary;
    const rest = Math.min(this.#runs.messageEnd(start), wholly ? limit : Infinity) - start;
    return rest > room && rest <= this.fullRoom ? start : far;
  }

  #stopOfRest(start: number, end: number, room: number): number {
    if (end - start <= room) return end;
    return end - start <= this.fullRoom ? start : start + room;
  }

  #setChunk(start: number, stop: number): boolean {
    this.chunkOffset = start;
    this.chunkLength = stop - start;
    this.chunkHead = this.#aligned ? start - this.#runs.boundary(start) : 0;
    return stop > start;
  }

  /** Messages below were taken so long ago that they can no longer arrive in time. */
  #freshFrom(now: number): number {
    return this.#runs.takenSince(now + this.roundTripNs / 2 - (this.#keepsUntil as number), this.#end);
  }

  #giveUpStale(fresh: number): void {
    while (!this.#lost.empty && this.#lost.start < fresh) {
      this.#abandon(this.#lost.start, Math.min(this.#lost.end, fresh));
    }
    if (this.#sent >= fresh) return;
    this.expired += this.#runs.count(this.#sent, fresh);
    this.#abandonUnsent(fresh);
  }

  #abandonUnsent(to: number): void {
    const from = this.#sent;
    if (from >= to) return;
    this.#sent = to;
    this.#abandon(from, to);
  }

  /** False when all of it had been acknowledged or given up before. */
  #abandon(from: number, to: number): boolean {
    if (from >= to || this.#done.contains(from, to)) return false;
    this.abandoned++;
    this.#lost.subtract(from, to);
    this.#finish(from, to);
    return true;
  }

  #queue(from: number, to: number): void {
    for (let at = this.#done.firstGap(from); at < to; ) {
      const stop = Math.min(to, this.#doneBehind(at));
      this.#lost.add(at, stop);
      at = this.#done.firstGap(stop);
    }
  }

  /** Where the first finished range behind `offset` begins. */
  #doneBehind(offset: number): number {
    const done = this.#done;
    let low = 0;
    let high = done.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (done.start(middle) <= offset) low = middle + 1;
      else high = middle;
    }
    return low < done.count ? done.start(low) : Infinity;
  }

  #finish(from: number, to: number): void {
    if (from > this.#base) {
      this.#done.add(from, to);
      return;
    }
    this.#base = this.#done.firstGap(to);
    this.#done.remove(this.#base);
    this.#runs.dropBefore(this.#base);
  }
}
