import type { Batch } from '../../../io/batch.ts';
import type { TransportStats } from '../../transport.ts';
import { RepairEncoder } from '../fec/encoder.ts';
import type { Outbox } from '../outbox.ts';
import { AckTracker } from '../receive/ack-tracker.ts';
import { makeReceiveBuffer, type ReceiveBuffer } from '../receive/receive-buffer.ts';
import { Pacer } from '../send/pacer.ts';
import { PathMtu } from '../send/path-mtu.ts';
import { type Fates, Recovery } from '../send/recovery.ts';
import { RoundTrip } from '../send/rtt.ts';
import { SendBuffer } from '../send/send-buffer.ts';
import { FULL, MTU_PROBE } from '../send/sent-packets.ts';
import { CLOSE_ABORTED, CLOSE_DONE, CLOSE_PROTOCOL_ERROR } from '../wire/frames.ts';
import { AckPolicy } from './ack-policy.ts';
import { Closing } from './closing.ts';
import { ClosedError, closeReason, IdleError } from './errors.ts';
import { Incoming } from './incoming.ts';
import { FREQUENCY_FRAME, MAX_DATA_FRAME, Outgoing, PING_FRAME, SKIP_FRAME } from './outgoing.ts';
import type { EngineSetup } from './setup.ts';
import { statsOf } from './stats.ts';

/** Datagrams of this size pass everywhere (RFC 9000 14). */
const BASE_PAYLOAD = 1200;
/** What the application may have waiting here: more would only delay what it sends, less would leave gaps. */
const UNSENT_SECONDS = 4e-3;
const LEAST_UNSENT = 16 << 10;
const MOST_UNSENT = 1 << 20;
/** Whatever the peer announces: time-outs must stay usable. */
const MOST_ACK_DELAY_NS = 1e9;
/** So many may be lost in a row before a silent connection is. */
const KEEP_ALIVES = 3;
/** An application that is told of room sends at the loop's next turn, if it has anything. */
const ANSWERED_NS = 1e6;
/** Of the client's proof of its address, until the server has been heard. */
const ANSWERS_PER_ROUND_TRIP = 8;
/** A block of packets that is to be repaired stays open for a quarter of the deadline, and no longer than this. */
const MOST_BLOCK_NS = 25e6;
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
  readonly #recovery: Recovery;
  readonly #data: SendBuffer;
  readonly #acks: AckTracker = new AckTracker();
  readonly #received: ReceiveBuffer;
  readonly #pacer: Pacer = new Pacer();
  readonly #mtu: PathMtu;
  readonly #ackPolicy: AckPolicy;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #closing: Closing;
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
    const { now, local, remote, maxPayload, roundTripNs } = setup;
    this.#setup = setup;
    this.#now = now;
    this.#openedAt = now;
    this.#heardAt = now;
    this.#spokenAt = now;
    this.#answer = setup.answer;
    this.#idleNs = Math.min(local.idleTimeoutMs || Infinity, remote.idleTimeoutMs || Infinity) * 1e6;
    this.#keepAliveNs = Math.min(setup.keepAliveNs, this.#idleNs / KEEP_ALIVES);
    this.#mtu = new PathMtu({
      base: BASE_PAYLOAD,
      max: Math.max(BASE_PAYLOAD, Math.min(maxPayload, remote.maxDatagram)),
      // What the interface takes, most paths take: one that does not shows itself as a black hole.
      trusted: true,
    });
    this.#packetBytes = this.#mtu.size;
    const control = setup.makeControl({
      packetBytes: this.#packetBytes,
      initialPackets: setup.initialPackets,
      initialRttNs: roundTripNs,
      random: setup.random,
      ...(setup.rateBps === undefined ? {} : { rateBps: setup.rateBps }),
    });
    this.#recovery = new Recovery(
      control,
      new RoundTrip(roundTripNs),
      Math.min(remote.maxAckDelayUs * 1e3, MOST_ACK_DELAY_NS),
      this.#fates(),
    );
    const { mode } = local;
    this.#data = new SendBuffer({
      aligned: mode !== 'ordered',
      maxBytes: setup.maxWindow + MOST_UNSENT,
      keepsUntil: mode === 'sequenced' ? 'sent' : mode === 'deadline' ? setup.deadlineNs : 'acked',
    });
    this.#received = makeReceiveBuffer(
      remote.mode,
      { initialWindow: local.maxData, maxWindow: setup.maxWindow, roundTripNs },
      (batch) => {
        if (!this.closed && !this.#finishing) this.onMessages(batch);
      },
    );
    this.#ackPolicy = new AckPolicy(remote.maxAckDelayUs);
    this.#outgoing = new Outgoing(
      {
        peer: setup.peer,
        checksum: remote.checksum,
        heads: mode !== 'ordered',
        recovery: this.#recovery,
        control,
        data: this.#data,
        repairs: local.fec && new RepairEncoder(local.fec, Math.min(setup.deadlineNs / 4, MOST_BLOCK_NS)),
        acks: this.#acks,
        received: this.#received,
        pacer: this.#pacer,
        mtu: this.#mtu,
        ackPolicy: this.#ackPolicy,
        log: setup.log,
      },
      remote.maxData,
    );
    this.#incoming = new Incoming({
      checksum: local.checksum,
      fec: remote.fec,
      recovery: this.#recovery,
      data: this.#data,
      acks: this.#acks,
      received: this.#received,
      outgoing: this.#outgoing,
      log: setup.log,
      onClose: (code, reason) => this.#peerCloses(code, reason),
    });
    this.#closing = new Closing(setup.peer, remote.checksum, this.#recovery);
    this.#limitUnsent();
    // The peer learns that this end exists, and this end how long the way is, even if there is nothing to send.
    this.#outgoing.request(PING_FRAME);
    setup.log?.opened(now);
  }

  /** Takes messages as `Connection.send` does, each behind 4 bytes of headroom; returns how many. */
  send(slab: Uint8Array, offset: number, size: number, count: number, now: number): number {
    if (this.closed || this.#finishing || count === 0) return 0;
    this.#now = now;
    const taken = this.#data.take(slab, offset, size, count, now);
    this.#wantsRoom = taken < count;
    this.#wantedBytes = size;
    this.#outgoing.moreUntil = this.#wantsRoom ? Infinity : 0;
    return taken;
  }

  /** One datagram that bears this connection's id. */
  receive(bytes: Uint8Array, view: DataView, at: number, length: number, now: number): void {
    this.#now = now;
    if (this.closed) return;
    if (!this.#incoming.receive(bytes, view, at, length, now)) return;
    this.#heardAt = now;
    this.#answer = undefined;
    if (this.#closing.sent > 0) this.#closing.remind(now);
  }

  /** After the datagrams of a batch: hands out messages, and looks at what has changed. */
  endBatch(now: number): void {
    this.#now = now;
    this.#received.flush();
    if (this.#received.violated) this.#fail(CLOSE_PROTOCOL_ERROR, 'data that breaks the rules of the protocol');
    if (this.#received.creditChanged) this.#outgoing.request(MAX_DATA_FRAME);
    if (this.#incoming.acknowledged) {
      this.#incoming.acknowledged = false;
      this.#afterAck(now);
    }
    this.#conclude();
  }

  #afterAck(now: number): void {
    const { control } = this.#recovery;
    if (this.#ackPolicy.update(control, this.#recovery, this.#mtu.size)) this.#outgoing.request(FREQUENCY_FRAME);
    this.#recovery.maxAckDelay = Math.max(this.#ackPolicy.maxDelayUs, 1) * 1e3;
    this.#data.roundTripNs = this.#recovery.rtt.smoothed;
    this.#limitUnsent();
    this.#setup.log?.metrics(now, this.#recovery);
    this.#tellSkips();
  }

  #limitUnsent(): void {
    const enough = this.#recovery.control.pacingRate * UNSENT_SECONDS;
    this.#data.unsentLimit = Math.min(MOST_UNSENT, Math.max(LEAST_UNSENT, enough));
  }

  /** True: there is something to tell. */
  #tellSkips(): boolean {
    const { abandoned, skipTo } = this.#data;
    const due = this.#outgoing.blocked
      ? abandoned > 0 && skipTo > this.#skipTold
      : abandoned - this.#abandonedTold >= SKIP_AFTER;
    if (!due) return false;
    this.#abandonedTold = abandoned;
    this.#skipTold = skipTo;
    this.#outgoing.request(SKIP_FRAME);
    return true;
  }

  /** Writes what may leave at `now`; to be called again while it fills the outbox. */
  fill(now: number, outbox: Outbox): void {
    this.#now = now;
    this.#noteMtu(now);
    this.#closing.write(now, outbox);
    if (this.closed || this.#closing.sent > 0) return;
    this.#sendAnswer(now, outbox);
    this.#outgoing.fill(now, outbox);
    if (this.#outgoing.blocked && this.#tellSkips()) this.#outgoing.fill(now, outbox);
    if (!outbox.empty) this.#spokenAt = now;
    if (this.#finishing && this.#data.drained) {
      this.#closing.request(CLOSE_DONE);
      this.#closing.write(now, outbox);
    }
  }

  /** Until the server is heard it may not have the client's proof, and drops everything else. */
  #sendAnswer(now: number, outbox: Outbox): void {
    const answer = this.#answer;
    if (!answer || outbox.room < answer.length) return;
    if (now < this.#answerAt + this.#recovery.rtt.smoothed / ANSWERS_PER_ROUND_TRIP) return;
    this.#answerAt = now;
    outbox.bytes.set(answer, outbox.end);
    outbox.add(answer.length);
  }

  /** When to call `onDeadline` at the latest. */
  deadline(now: number): number {
    if (this.#closing.due) return now;
    if (this.closed) return Infinity;
    if (this.#closing.sent > 0) return this.#closing.at;
    return Math.min(
      // With no room for another packet what is due cannot leave.
      this.#recovery.packets.full ? Infinity : Math.min(this.#acks.deadline(), this.#outgoing.nextAt(now)),
      this.#recovery.deadline(),
      this.#givenUpAt(),
      this.#spokenAt + this.#keepAliveNs,
      this.#roomToTell ? now : Infinity,
    );
  }

  /** A peer that is heard but acknowledges nothing is as good as gone. */
  #givenUpAt(): number {
    return Math.min(this.#heardAt, this.#recovery.unansweredSince) + this.#idleNs;
  }

  get #roomToTell(): boolean {
    const data = this.#data;
    return this.#wantsRoom && data.unsent * 2 <= data.unsentLimit && data.fits(this.#wantedBytes);
  }

  /** Does what is due; `fill` then writes what that brings. */
  onDeadline(now: number): void {
    this.#now = now;
    if (this.closed) return;
    if (this.#closing.sent > 0) return this.#repeatClose(now);
    if (now >= this.#givenUpAt()) this.#outcome = { error: new IdleError(this.#idleNs) };
    if (now >= this.#spokenAt + this.#keepAliveNs) {
      this.#spokenAt = now;
      this.#outgoing.request(PING_FRAME);
    }
    if (now >= this.#recovery.deadline()) this.#recover(now);
    this.#conclude();
  }

  #recover(now: number): void {
    if (!this.#recovery.onDeadline(now)) {
      this.#tellSkips();
      return;
    }
    const { packets } = this.#recovery;
    const oldest = this.#recovery.oldestInFlight();
    if (oldest >= 0) {
      this.#outgoing.request(packets.control[oldest]);
      // Small packets pass a black hole: the loss of one tells nothing of it.
      if (this.#recovery.isFull(oldest)) this.#mtu.onTimeout(now);
    }
    // What has waited longest is sent again, so that the probe may do more than ask.
    const row = this.#recovery.oldestWithData();
    if (row >= 0 && this.#setup.local.mode !== 'sequenced') {
      this.#data.onLost(packets.offset[row], packets.length[row], now);
    }
    this.#answerAt = -Infinity;
    this.#outgoing.probe();
  }

  #repeatClose(now: number): void {
    if (now >= this.#closing.at && this.#closing.repeat()) this.#outcome = {};
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
      this.#outgoing.moreUntil = this.#now + ANSWERED_NS;
      this.onWritable();
    }
  }

  #peerCloses(code: number, reason: string): void {
    if (this.#outcome) return;
    // Answered once: it saves the peer the wait for a time-out.
    if (this.#closing.sent === 0 && code === CLOSE_DONE) this.#closing.request(CLOSE_DONE);
    this.#outcome = code === CLOSE_DONE ? {} : { error: new ClosedError(closeReason(code, reason)) };
  }

  #fail(code: number, reason: string): void {
    if (this.#outcome) return;
    this.#closing.request(code, reason);
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
    this.#closing.request(CLOSE_ABORTED);
    this.#setup.log?.closed(now, 'aborted');
  }

  /** The socket refused a datagram as too large for the path. */
  onTooLarge(now: number): void {
    this.#mtu.onTooLarge(now);
  }

  #fates(): Fates {
    return {
      onPacketAcked: (row) => {
        const { packets } = this.#recovery;
        const flags = packets.flags[row];
        if (packets.length[row] > 0) this.#data.onAcked(packets.offset[row], packets.length[row]);
        if (flags & MTU_PROBE) this.#mtu.onProbeAcked(packets.size[row]);
        else if (flags & FULL) this.#mtu.onFullAcked();
      },
      onPacketLost: (row, number) => {
        const { packets } = this.#recovery;
        const flags = packets.flags[row];
        if (packets.length[row] > 0) this.#data.onLost(packets.offset[row], packets.length[row], this.#now);
        if (packets.control[row] !== 0) this.#outgoing.request(packets.control[row]);
        if (flags & MTU_PROBE) this.#mtu.onProbeLost(packets.size[row], this.#now);
        else if (flags & FULL) this.#mtu.onFullLost(this.#now);
        this.#setup.log?.packetLost(this.#now, number);
      },
    };
  }

  /** The path carries more than was thought, or less. */
  #noteMtu(now: number): void {
    const { size } = this.#mtu;
    if (size === this.#packetBytes) return;
    this.#packetBytes = size;
    this.#recovery.control.setPacketBytes(size);
    this.#setup.log?.mtuUpdated(now, size);
  }

  stats(now: number): TransportStats {
    return statsOf(now, this.#openedAt, this.#recovery, this.#outgoing, this.#incoming, this.#acks);
  }

  settings(): Record<string, string | number | boolean> {
    const { local, remote, deadlineNs } = this.#setup;
    return {
      congestion_control: this.#recovery.control.name,
      mode: local.mode,
      ...(local.mode === 'deadline' ? { deadline_s: deadlineNs / 1e9 } : {}),
      checksum: remote.checksum,
      max_payload_bytes: this.#mtu.size,
      receive_window_bytes: this.#received.window,
      ...(local.fec ? { fec: `${local.fec.k}+${local.fec.r}` } : {}),
    };
  }
}
