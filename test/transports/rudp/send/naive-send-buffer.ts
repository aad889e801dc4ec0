import type { SendBufferOptions } from '../../../../src/transports/rudp/send/send-buffer.ts';

type State = 'unsent' | 'flight' | 'lost' | 'acked' | 'abandoned';

interface Message {
  readonly start: number;
  readonly end: number;
  readonly takenAt: number;
}

export interface Chunk {
  readonly start: number;
  readonly stop: number;
  readonly head: number;
  readonly again: boolean;
}

/** What a SendBuffer should do, kept as one state per byte and found by looking at all of them. */
export class NaiveSendBuffer {
  readonly bytes: number[] = [];
  readonly states: State[] = [];
  /** Which loss a byte waits for to be sent again: what was lost together is repeated together. */
  readonly #losses: number[] = [];
  readonly messages: Message[] = [];
  expired = 0;
  unsentLimit = Infinity;
  roundTripNs = 0;
  fullRoom = 0;
  #loss = 0;
  readonly #options: SendBufferOptions;

  constructor(options: SendBufferOptions) {
    this.#options = options;
  }

  get base(): number {
    const at = this.states.findIndex((state) => state !== 'acked' && state !== 'abandoned');
    return at < 0 ? this.states.length : at;
  }

  get unsent(): number {
    return this.states.filter((state) => state === 'unsent').length;
  }

  /** Takes messages out of a slab, whose headroom it does not look at; returns how many. */
  take(slab: Uint8Array, size: number, count: number, now: number): number {
    for (let taken = 0; taken < count; taken++) {
      const held = this.states.length - this.base;
      if (held > 0 && this.unsent >= this.unsentLimit) return taken;
      if (held + size > this.#options.maxBytes) return taken;
      const start = this.bytes.length;
      const at = taken * (size + 4) + 4;
      this.bytes.push(0x80, 0, size >> 8, size & 255, ...slab.subarray(at, at + size));
      this.messages.push({ start, end: this.bytes.length, takenAt: now });
      while (this.states.length < this.bytes.length) this.states.push('unsent');
    }
    return count;
  }

  /** The chunk that should come, or why none does. */
  next(room: number, credit: number, now: number): Chunk | 'idle' | 'blocked' | 'held back' {
    this.#giveUpStale(now);
    const lost = this.states.indexOf('lost');
    const again = lost >= 0;
    const start = again ? lost : this.states.indexOf('unsent');
    if (start < 0) return 'idle';
    if (!again && start >= credit) return 'blocked';
    let limit = again ? start : Math.min(credit, this.bytes.length);
    while (again && this.states[limit] === 'lost' && this.#losses[limit] === this.#losses[start]) limit++;
    const stop = this.#stop(start, limit, room, again);
    if (stop === start) return 'held back';
    return { start, stop, head: this.#options.aligned ? start - this.#messageOf(start).start : 0, again };
  }

  #stop(start: number, limit: number, room: number, again: boolean): number {
    const message = this.#messageOf(start);
    if (this.#options.aligned && message.start < start) {
      const end = Math.min(limit, message.end);
      if (end - start <= room) return end;
      return end - start <= this.fullRoom ? start : start + room;
    }
    const far = Math.min(limit, start + room);
    if (far === limit && (again || limit === this.bytes.length)) return far;
    let boundary = far;
    while (boundary > start && boundary < this.bytes.length && this.#messageOf(boundary).start !== boundary) boundary--;
    if (!this.#options.aligned) return (boundary - start) * 16 >= room * 15 ? boundary : far;
    if (boundary > start) return boundary;
    const rest = Math.min(this.#messageOf(start).end, again ? limit : Infinity) - start;
    return rest > room && rest <= this.fullRoom ? start : far;
  }

  commit({ start, stop }: Chunk): void {
    this.states.fill('flight', start, stop);
  }

  onAcked(offset: number, length: number): void {
    for (let i = offset; i < offset + length; i++) {
      if (this.states[i] !== 'unsent' && this.states[i] !== 'abandoned') this.states[i] = 'acked';
    }
  }

  onLost(offset: number, length: number, now: number): void {
    const { keepsUntil } = this.#options;
    this.#loss++;
    let spoilt = false;
    for (let i = offset; i < offset + length; i++) {
      if (this.states[i] !== 'flight' && this.states[i] !== 'lost') continue;
      if (keepsUntil === 'sent' || this.#stale(this.#messageOf(i), now)) {
        this.states[i] = 'abandoned';
        spoilt = true;
      } else if (this.states[i] === 'flight') {
        this.states[i] = 'lost';
        this.#losses[i] = this.#loss;
      }
    }
    if (keepsUntil !== 'sent' || !spoilt) return;
    const last = this.#messageOf(offset + length - 1);
    for (let i = last.start; i < last.end; i++) if (this.states[i] === 'unsent') this.states[i] = 'abandoned';
  }

  #giveUpStale(now: number): void {
    for (const message of this.messages) {
      if (!this.#stale(message, now)) continue;
      if (this.states.slice(message.start, message.end).includes('unsent')) this.expired++;
      for (let i = message.start; i < message.end; i++) {
        if (this.states[i] === 'unsent' || this.states[i] === 'lost') this.states[i] = 'abandoned';
      }
    }
  }

  #stale(message: Message, now: number): boolean {
    const { keepsUntil } = this.#options;
    return typeof keepsUntil === 'number' && now - message.takenAt + this.roundTripNs / 2 > keepsUntil;
  }

  #messageOf(offset: number): Message {
    const found = this.messages.find(({ start, end }) => start <= offset && offset < end);
    if (!found) throw new Error(`no message has the byte at ${offset}`);
    return found;
  }
}
