import type { CongestionControl } from '../congestion/control.ts';
import type { RepairEncoder } from '../fec/encoder.ts';
import type { Outbox } from '../outbox.ts';
import { RangeSet } from '../ranges.ts';
import type { AckTracker } from '../receive/ack-tracker.ts';
import type { ReceiveBuffer } from '../receive/receive-buffer.ts';
import type { Pacer } from '../send/pacer.ts';
import type { PathMtu } from '../send/path-mtu.ts';
import type { Recovery } from '../send/recovery.ts';
import type { SendBuffer } from '../send/send-buffer.ts';
import { ELICITING, FULL, MTU_PROBE } from '../send/sent-packets.ts';
import { CRC_BYTES, writeChecksum } from '../wire/checksum.ts';
import {
  PADDING,
  writeAckFrequency,
  writeDataBlocked,
  writeDataHeader,
  writeMaxData,
  writePing,
  writeRecovered,
  writeSkip,
} from '../wire/frames.ts';
import { type ConnectionId, packetNumberBytes, SHORT_HEADER_BYTES, writeShortHeader } from '../wire/packet.ts';
import { varintBytes } from '../wire/varint.ts';
import type { AckPolicy } from './ack-policy.ts';
import type { EngineLog } from './engine-log.ts';

/** Control frames to send, as bits. What a lost packet carried is asked for again. */
export const PING_FRAME = 1;
export const MAX_DATA_FRAME = 2;
export const BLOCKED_FRAME = 4;
export const SKIP_FRAME = 8;
export const FREQUENCY_FRAME = 16;

/** RFC 9002 6.2.4: one probe may be lost too. */
const PROBES = 2;
/**
 * With a longer ACK than this share of a packet, data gets a packet of its own, so that full packets stay of one size; and such an ACK
 * does not leave before it is due.
 */
const ACK_SHARE = 1 / 32;
const MAX_HEADER_BYTES = SHORT_HEADER_BYTES + 4;
/** Not worth a frame. */
const LEAST_ROOM = 16;

export interface OutgoingParts {
  readonly peer: ConnectionId;
  /** The peer wants a CRC on every packet. */
  readonly checksum: boolean;
  /** Messages in frames may be cut: DATA frames say how far their message begins before them. */
  readonly heads: boolean;
  readonly recovery: Recovery;
  readonly control: CongestionControl;
  readonly data: SendBuffer;
  readonly repairs: RepairEncoder | undefined;
  readonly acks: AckTracker;
  readonly received: ReceiveBuffer;
  readonly pacer: Pacer;
  readonly mtu: PathMtu;
  readonly ackPolicy: AckPolicy;
  readonly log: EngineLog | undefined;
}

/** Decides what goes into the next packet, and whether it may leave now. */
export class Outgoing {
  /** The peer takes data below this offset. */
  credit: number;
  /** Until then the application is known to have more, or has just been told that there is room: it does not set the pace. */
  moreUntil = 0;
  /** Data waits for the peer's credit alone. */
  blocked = false;
  /** Packets' worth of data sent again. */
  retransmits = 0;
  readonly #parts: OutgoingParts;
  #control = 0;
  #probes = 0;
  #blockedAt = -1;
  /** Data that was rebuilt, and of which the peer does not know yet. It is told once: at worst it sends the data again. */
  readonly #recovered = new RangeSet();
  #blockedNs = 0;

  constructor(parts: OutgoingParts, credit: number) {
    this.#parts = parts;
    this.credit = credit;
  }

  /** Control frames that are due, by their bits. */
  request(frames: number): void {
    this.#control |= frames;
  }

  /** This data has been rebuilt: the peer is told. */
  tellRecovered(offset: number, length: number): void {
    this.#recovered.add(offset, offset + length);
  }

  /** Nothing has been heard for too long: packets that must be answered, whatever window and pacing say. */
  probe(): void {
    this.#probes = PROBES;
  }

  /** Writes what may leave at `now`, as much as fits. */
  fill(now: number, outbox: Outbox): void {
    const { mtu, pacer, control, data, checksum } = this.#parts;
    pacer.setRate(control.pacingRate, mtu.size);
    const overhead = MAX_HEADER_BYTES + (checksum ? CRC_BYTES : 0) + this.#frameOverhead();
    data.fullRoom = mtu.size - overhead;
    do while (outbox.fits(mtu.size) && this.#packet(now, outbox));
    while (this.#noteBlocked(now));
    this.#noteAppLimited(now);
  }

  /** When more may leave that is waiting; Infinity when nothing is, or not before something is acknowledged. */
  nextAt(now: number): number {
    const { pacer, repairs } = this.#parts;
    if (this.#probes > 0) return now;
    const blockEnds = repairs ? repairs.closeAt : Infinity;
    if (this.#nothingWaits() || !this.#windowOpen()) return blockEnds;
    return Math.min(blockEnds, pacer.nextAt(now));
  }

  /** Neither data that could be sent nor repairs. */
  #nothingWaits(): boolean {
    const { data, repairs } = this.#parts;
    return (data.idle || data.lacksCredit(this.credit)) && !repairs?.ready;
  }

  #windowOpen(): boolean {
    const { recovery, control, mtu } = this.#parts;
    return recovery.inflight + mtu.size <= control.window && !recovery.packets.crowded;
  }

  /** One packet; false: there is nothing that may leave. */
  #packet(now: number, outbox: Outbox): boolean {
    const { acks, mtu, pacer, data, recovery, repairs } = this.#parts;
    // First, or its deadline would stay in the past.
    repairs?.prepare(now, recovery.next);
    if (recovery.packets.full) return false;
    const mayCarry = this.#probes > 0 || (this.#windowOpen() && pacer.allowance(now) > 0);
    if (mayCarry && !data.idle && this.#mtuProbe(now, outbox)) return true;
    const ackDue = acks.due(now);
    const ackRides = mayCarry && !data.idle && acks.pending && acks.bytes <= mtu.size * ACK_SHARE;
    if (!mayCarry && !ackDue && this.#control === 0 && this.#recovered.count === 0) return false;
    const start = outbox.end;
    const limit = start + mtu.size - (this.#parts.checksum ? CRC_BYTES : 0);
    const frames = this.#header(outbox, start);
    let at = frames;
    if (ackDue || ackRides) at = acks.write(outbox.bytes, at, limit, now);
    const acked = at;
    const control = this.#control;
    at = this.#writeControl(outbox.bytes, at, limit, now);
    at = this.#writeRecovered(outbox.bytes, at, limit);
    let length = 0;
    if (mayCarry && at - frames <= mtu.size * ACK_SHARE) {
      const from = at;
      if (repairs?.ready) at = this.#writeRepair(repairs, outbox.bytes, at, limit, at === frames);
      // A repair that does not fit behind what is in the packet goes next, before more data.
      if (at === from && !repairs?.ready) {
        length = this.#writeData(outbox, at, limit, now);
        if (length > 0) at = limit - this.#spare;
      }
    }
    if (this.#probes > 0 && at === acked) at = writePing(outbox.bytes, at, limit);
    if (at === frames) return false;
    const eliciting = at > acked;
    if (eliciting && this.#probes > 0) this.#probes--;
    const carried = control & ~this.#control;
    this.#finish(outbox, start, at, now, eliciting ? ELICITING : 0, carried, length);
    return true;
  }

  /** Bytes of the packet that the data did not fill. */
  #spare = 0;

  #writeData(outbox: Outbox, at: number, limit: number, now: number): number {
    const { data, heads, repairs, recovery } = this.#parts;
    const room = limit - at - this.#frameOverhead();
    if (room < LEAST_ROOM || !data.next(room, this.credit, now)) return 0;
    const { chunkOffset, chunkLength } = data;
    const head = heads ? data.chunkHead : 0;
    const from = writeDataHeader(outbox.bytes, at, chunkOffset, head, -1);
    data.copyChunk(outbox.bytes, from);
    this.#spare = limit - from - chunkLength;
    if (data.chunkIsRetransmission) this.retransmits++;
    else repairs?.add(now, recovery.next, chunkOffset, head, outbox.bytes, from, chunkLength);
    data.commit();
    return chunkLength;
  }

  /** `alone`: nothing else is in the packet, so that one that does not fit never will. */
  #writeRepair(repairs: RepairEncoder, bytes: Uint8Array, at: number, limit: number, alone: boolean): number {
    const end = repairs.write(bytes, at, limit, this.#parts.recovery.next);
    if (end === at && alone) repairs.drop();
    return end;
  }

  #writeRecovered(bytes: Uint8Array, from: number, limit: number): number {
    const recovered = this.#recovered;
    let at = from;
    while (recovered.count > 0) {
      const end = recovered.end(0);
      const next = writeRecovered(bytes, at, limit, recovered.start(0), end - recovered.start(0));
      if (next === at) break;
      recovered.remove(end);
      at = next;
    }
    return at;
  }

  /** Of a frame with data at most; the repair of a frame has to fit a packet too. */
  #frameOverhead(): number {
    const { data, heads, repairs } = this.#parts;
    return Math.max(repairs ? repairs.overhead : 0, 1 + varintBytes(data.end) + (heads ? 4 : 0));
  }

  #header(outbox: Outbox, at: number): number {
    const { peer, recovery, checksum } = this.#parts;
    const number = recovery.next;
    const length = packetNumberBytes(number, recovery.largestAcked);
    return writeShortHeader(outbox.bytes, at, peer.hi, peer.lo, number, length, checksum);
  }

  #finish(
    outbox: Outbox,
    start: number,
    end: number,
    now: number,
    flags: number,
    control: number,
    length: number,
  ): void {
    const { checksum, recovery, pacer, mtu, data, log } = this.#parts;
    const to = checksum ? writeChecksum(outbox.bytes, start, end) : end;
    const size = to - start;
    outbox.add(size);
    const full = size > mtu.base ? FULL : 0;
    log?.packetSent(now, recovery.next, size, length > 0 ? data.chunkOffset : -1, length, flags);
    recovery.onSent(now, size, flags | full, control, length > 0 ? data.chunkOffset : 0, length);
    if (flags & ELICITING) pacer.onSent(now, size);
  }

  #writeControl(bytes: Uint8Array, from: number, limit: number, now: number): number {
    if (this.#control === 0) return from;
    const { received, data, ackPolicy } = this.#parts;
    let at = from;
    const put = (frame: number, to: number): void => {
      if (to > at) this.#control &= ~frame;
      at = to;
    };
    if (this.#control & MAX_DATA_FRAME) put(MAX_DATA_FRAME, writeMaxData(bytes, at, limit, received.advertise(now)));
    if (this.#control & SKIP_FRAME) put(SKIP_FRAME, writeSkip(bytes, at, limit, data.skipTo));
    if (this.#control & BLOCKED_FRAME) put(BLOCKED_FRAME, writeDataBlocked(bytes, at, limit, this.credit));
    if (this.#control & FREQUENCY_FRAME) {
      const { sequence, packets, maxDelayUs, reordering } = ackPolicy;
      put(FREQUENCY_FRAME, writeAckFrequency(bytes, at, limit, sequence, packets, maxDelayUs, reordering));
    }
    if (this.#control & PING_FRAME) put(PING_FRAME, writePing(bytes, at, limit));
    return at;
  }

  #mtuProbe(now: number, outbox: Outbox): boolean {
    const { mtu, checksum } = this.#parts;
    const size = mtu.probeSize(now);
    if (size === 0 || !outbox.fits(size)) return false;
    const start = outbox.end;
    const end = start + size - (checksum ? CRC_BYTES : 0);
    const at = writePing(outbox.bytes, this.#header(outbox, start), end);
    outbox.bytes.fill(PADDING, at, end);
    this.#finish(outbox, start, end, now, ELICITING | MTU_PROBE, 0, 0);
    mtu.onProbeSent(now);
    return true;
  }

  /** True: the peer has to be told. */
  #noteBlocked(now: number): boolean {
    const blocked = this.#parts.data.lacksCredit(this.credit) && this.#windowOpen();
    if (blocked !== this.blocked) {
      this.blocked = blocked;
      this.#blockedNs += blocked ? -now : now;
    }
    if (!blocked || this.#blockedAt >= this.credit) return false;
    this.#blockedAt = this.credit;
    this.request(BLOCKED_FRAME);
    return true;
  }

  /** How long data has waited for the peer's credit alone, up to `now`. */
  blockedNs(now: number): number {
    return this.#blockedNs + (this.blocked ? now : 0);
  }

  /** With credit or data lacking, what is delivered says nothing of what the path could deliver. */
  #noteAppLimited(now: number): void {
    const { recovery, pacer } = this.#parts;
    const more = now < this.moreUntil && !this.blocked;
    recovery.appLimited = this.#nothingWaits() && !more && this.#windowOpen();
    // Nor when this machine was too busy to send in time.
    if (recovery.appLimited || pacer.takeClipped()) recovery.rate.markAppLimited(recovery.inflight);
  }
}
