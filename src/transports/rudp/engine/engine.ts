import type { Batch } from '../../../io/batch.ts';
import type { TransportStats } from '../../transport.ts';
import type { Outbox } from '../outbox.ts';
import { CLOSE_ABORTED, CLOSE_DONE, CLOSE_PROTOCOL_ERROR } from '../wire/frames.ts';
import { ClosedError, closeReason, IdleError } from './errors.ts';
import { FREQUENCY_FRAME, MAX_DATA_FRAME, PING_FRAME, SKIP_FRAME } from './outgoing.ts';
import { assemble, MOST_UNSENT, type Parts } from './parts.ts';
import type { EngineSetup } from './setup.ts';
import { settingsOf, statsOf } from './stats.ts';

/** What the application may have waiting here: more would only delay what it sends, less would leave gaps. */
const UNSENT_SECONDS = 4e-3;
const LEAST_UNSENT = 16 << 10;
/** So many may be lost in a row before a silent connection is. */
const KEEP_ALIVES = 3;
/** An application that is told of room sends at the loop's next turn, if it has anything. */
const ANSWERED_NS = 1e6;
/** Of the client's proof of its address, until the server has been heard. */
const ANSWERS_PER_ROUND_TRIP = 8;
/** Abandoned pieces after which the peer is told, so that it need not remember the holes. */
const SKIP_AFTER = 64;

/**
 * One end of a connection as a state machine: datagrams in, datagrams out, and a time by which to call it again. It has no clock, no
 * socket and no timer of its own.
 */
export class Engine {
  onMessages: (batch: Batch) => void = () => {};
  /** There is room again after a `send` that took less than it was given. */
  onWritable: () => void = () => {};
  /** Once: nothing more will come. Packets may still be waiting to be sent (`fill`). */
  onClosed: (error?: Error) => void = () => {};
  closed = false;
  readonly #setup: EngineSetup;
  readonly #parts: Parts;
  readonly #idleNs: number;
  readonly #keepAliveNs: number;
  #packetBytes: number;
  #answer: Uint8Array | undefined;
  #answerAt = -Infinity;
  #now: number;
  readonly #openedAt: number;
  #heardAt: number;
  #spokenAt: number;
  #wantsRoom = false;
  /** Bytes of the message that found none. */
  #wantedBytes = 0;
  #finishing = false;
  #outcome: { readonly error?: Error } | undefined;
  #abandonedTold = 0;
  #skipTold = 0;

  constructor(setup: EngineSetup) {
    const { now, local, remote } = setup;
    this.#setup = setup;
    this.#now = now;
    this.#openedAt = now;
    this.#heardAt = now;
    this.#spokenAt = now;
    this.#answer = setup.answer;
    this.#idleNs = Math.min(local.idleTimeoutMs || Infinity, remote.idleTimeoutMs || Infinity) * 1e6;
    this.#keepAliveNs = Math.min(setup.keepAliveNs, this.#idleNs / KEEP_ALIVES);
    this.#parts = assemble(
      setup,
      (batch) => {
        if (!this.closed && !this.#finishing) this.onMessages(batch);
      },
      (code, reason) => this.#peerCloses(code, reason),
    );
    this.#packetBytes = this.#parts.mtu.size;
    this.#limitUnsent();
    // The peer learns that this end exists, and this end how long the way is, even if there is nothing to send.
    this.#parts.outgoing.request(PING_FRAME);
    setup.log?.opened(now);
  }

  /** Takes messages as `Connection.send` does, each behind 4 bytes of headroom; returns how many. */
  send(slab: Uint8Array, offset: number, size: number, count: number, now: number): number {
    if (this.closed || this.#finishing || count === 0) return 0;
    this.#now = now;
    const taken = this.#parts.data.take(slab, offset, size, count, now);
    this.#wantsRoom = taken < count;
    this.#wantedBytes = size;
    this.#parts.outgoing.moreUntil = this.#wantsRoom ? Infinity : 0;
    return taken;
  }

  /** One datagram that bears this connection's id. */
  receive(bytes: Uint8Array, view: DataView, at: number, length: number, now: number): void {
    this.#now = now;
    if (this.closed) return;
    if (!this.#parts.incoming.receive(bytes, view, at, length, now)) return;
    this.#heardAt = now;
    this.#answer = undefined;
    if (this.#parts.closing.sent > 0) this.#parts.closing.remind(now);
  }

  /** After the datagrams of a batch: hands out messages, and looks at what has changed. */
  endBatch(now: number): void {
    this.#now = now;
    this.#parts.received.flush();
    if (this.#parts.received.violated) this.#fail(CLOSE_PROTOCOL_ERROR, 'data that breaks the rules of the protocol');
    if (this.#parts.received.creditChanged) this.#parts.outgoing.request(MAX_DATA_FRAME);
    if (this.#parts.incoming.acknowledged) {
      this.#parts.incoming.acknowledged = false;
      this.#afterAck(now);
    }
    this.#conclude();
  }

  #afterAck(now: number): void {
    const { acks, ackPolicy, data, mtu, outgoing, recovery } = this.#parts;
    if (ackPolicy.update(recovery.control, recovery, mtu.size, acks.longestGap)) outgoing.request(FREQUENCY_FRAME);
    recovery.maxAckDelay = Math.max(ackPolicy.maxDelayUs, 1) * 1e3;
    data.roundTripNs = recovery.rtt.smoothed;
    this.#limitUnsent();
    this.#setup.log?.metrics(now, recovery);
    this.#tellSkips();
  }

  #limitUnsent(): void {
    const enough = this.#parts.recovery.control.pacingRate * UNSENT_SECONDS;
    this.#parts.data.unsentLimit = Math.min(MOST_UNSENT, Math.max(LEAST_UNSENT, enough));
  }

  /** True: there is something to tell. */
  #tellSkips(): boolean {
    const { abandoned, skipTo } = this.#parts.data;
    const due = this.#parts.outgoing.blocked
      ? abandoned > 0 && skipTo > this.#skipTold
      : abandoned - this.#abandonedTold >= SKIP_AFTER;
    if (!due) return false;
    this.#abandonedTold = abandoned;
    this.#skipTold = skipTo;
    this.#parts.outgoing.request(SKIP_FRAME);
    return true;
  }

  /** Writes what may leave at `now`; to be called again while it fills the outbox. */
  fill(now: number, outbox: Outbox): void {
    this.#now = now;
    this.#noteMtu(now);
    this.#parts.closing.write(now, outbox);
    if (this.closed || this.#parts.closing.sent > 0) return;
    this.#sendAnswer(now, outbox);
    this.#parts.outgoing.fill(now, outbox);
    if (this.#parts.outgoing.blocked && this.#tellSkips()) this.#parts.outgoing.fill(now, outbox);
    if (!outbox.empty) this.#spokenAt = now;
    if (this.#finishing && this.#parts.data.drained) {
      this.#parts.closing.request(CLOSE_DONE);
      this.#parts.closing.write(now, outbox);
    }
  }

  /** Until the server is heard it may not have the client's proof, and drops everything else. */
  #sendAnswer(now: number, outbox: Outbox): void {
    const answer = this.#answer;
    if (!answer || !outbox.fits(answer.length)) return;
    // Nor twice at one instant, should the round trip be none.
    if (now <= this.#answerAt + this.#parts.recovery.rtt.smoothed / ANSWERS_PER_ROUND_TRIP) return;
    this.#answerAt = now;
    outbox.bytes.set(answer, outbox.end);
    outbox.add(answer.length);
  }

  /** When to call `onDeadline` at the latest. */
  deadline(now: number): number {
    if (this.#parts.closing.due) return now;
    if (this.closed) return Infinity;
    if (this.#parts.closing.sent > 0) return this.#parts.closing.at;
    return Math.min(
      // With no room for another packet what is due cannot leave.
      this.#parts.recovery.packets.full
        ? Infinity
        : Math.min(this.#parts.acks.deadline(), this.#parts.outgoing.nextAt(now)),
      this.#parts.recovery.deadline(),
      this.#givenUpAt(),
      this.#spokenAt + this.#keepAliveNs,
      this.#roomToTell ? now : Infinity,
    );
  }

  /** A peer that is heard but acknowledges nothing is as good as gone. */
  #givenUpAt(): number {
    return Math.min(this.#heardAt, this.#parts.recovery.unansweredSince) + this.#idleNs;
  }

  get #roomToTell(): boolean {
    const data = this.#parts.data;
    return this.#wantsRoom && data.unsent * 2 <= data.unsentLimit && data.fits(this.#wantedBytes);
  }

  /** Does what is due; `fill` then writes what that brings. */
  onDeadline(now: number): void {
    this.#now = now;
    if (this.closed) return;
    if (this.#parts.closing.sent > 0) return this.#repeatClose(now);
    if (now >= this.#givenUpAt()) this.#outcome = { error: new IdleError(this.#idleNs) };
    if (now >= this.#spokenAt + this.#keepAliveNs) {
      this.#spokenAt = now;
      this.#parts.outgoing.request(PING_FRAME);
    }
    if (now >= this.#parts.recovery.deadline()) this.#recover(now);
    this.#conclude();
  }

  #recover(now: number): void {
    if (!this.#parts.recovery.onDeadline(now)) {
      this.#tellSkips();
      return;
    }
    const { packets } = this.#parts.recovery;
    const oldest = this.#parts.recovery.oldestInFlight();
    if (oldest >= 0) {
      this.#parts.outgoing.request(packets.control[oldest]);
      // Small packets pass a black hole: the loss of one tells nothing of it.
      if (this.#parts.recovery.isFull(oldest)) this.#parts.mtu.onTimeout(now);
    }
    // What has waited longest is sent again, so that the probe may do more than ask.
    const row = this.#parts.recovery.oldestWithData();
    if (row >= 0 && this.#setup.local.mode !== 'sequenced') {
      this.#parts.data.onLost(packets.offset[row], packets.length[row], now);
    }
    this.#answerAt = -Infinity;
    this.#parts.outgoing.probe();
  }

  #repeatClose(now: number): void {
    if (now >= this.#parts.closing.at && this.#parts.closing.repeat()) this.#outcome = {};
    this.#conclude();
  }

  /** Events come last, when everything else is in order: what they call may be this engine. */
  #conclude(): void {
    if (this.#outcome && !this.closed) {
      this.closed = true;
      this.#setup.log?.closed(this.#now, this.#outcome.error?.message ?? 'done');
      this.onClosed(this.#outcome.error);
    } else if (this.#roomToTell && !this.closed) {
      this.#wantsRoom = false;
      this.#parts.outgoing.moreUntil = this.#now + ANSWERED_NS;
      this.onWritable();
    }
  }

  #peerCloses(code: number, reason: string): void {
    if (this.#outcome) return;
    // Answered once: it saves the peer the wait for a time-out.
    const { closing } = this.#parts;
    if (closing.sent === 0 && code === CLOSE_DONE) closing.request(CLOSE_DONE);
    this.#outcome = code === CLOSE_DONE ? {} : { error: new ClosedError(closeReason(code, reason)) };
  }

  #fail(code: number, reason: string): void {
    if (this.#outcome) return;
    this.#parts.closing.request(code, reason);
    this.#outcome = { error: new ClosedError(closeReason(code, reason)) };
  }

  /** Orderly: what was taken is delivered first. */
  close(now: number): void {
    this.#now = now;
    this.#finishing = true;
    this.#wantsRoom = false;
  }

  /** At once: one packet tells the peer, and nothing is waited for; `onClosed` does not come. */
  abort(now: number): void {
    if (this.closed) return;
    this.#now = now;
    this.closed = true;
    this.#parts.closing.request(CLOSE_ABORTED);
    this.#setup.log?.closed(now, 'aborted');
  }

  /** The CLOSE that it has sent: there is nothing more to it, and whoever goes on may be sent it again. */
  get farewell(): Uint8Array | undefined {
    return this.#parts.closing.packet;
  }

  /** The socket refused a datagram as too large for the path. */
  onTooLarge(now: number): void {
    this.#parts.mtu.onTooLarge(now);
  }

  /** The path carries more than was thought, or less. */
  #noteMtu(now: number): void {
    const { size } = this.#parts.mtu;
    if (size === this.#packetBytes) return;
    this.#packetBytes = size;
    this.#parts.recovery.control.setPacketBytes(size);
    this.#setup.log?.mtuUpdated(now, size);
  }

  stats(now: number): TransportStats {
    return statsOf(now, this.#openedAt, this.#parts);
  }

  settings(): Record<string, string | number | boolean> {
    return settingsOf(this.#setup, this.#parts);
  }
}
