import { RepairDecoder } from '../fec/decoder.ts';
import type { AckTracker } from '../receive/ack-tracker.ts';
import type { ReceiveBuffer } from '../receive/receive-buffer.ts';
import type { Recovery } from '../send/recovery.ts';
import type { SendBuffer } from '../send/send-buffer.ts';
import { checksumOk } from '../wire/checksum.ts';
import { FrameParser, type FrameSink } from '../wire/frame-parser.ts';
import { decodePacketNumber, ShortHeader } from '../wire/packet.ts';
import type { Fec } from '../wire/parameters.ts';
import type { EngineLog } from './engine-log.ts';
import { MAX_DATA_FRAME, type Outgoing } from './outgoing.ts';

export interface IncomingParts {
  /** Packets without a CRC are not taken. */
  readonly checksum: boolean;
  /** The peer sends repairs of its data. */
  readonly fec: Fec | undefined;
  readonly recovery: Recovery;
  readonly data: SendBuffer;
  readonly acks: AckTracker;
  readonly received: ReceiveBuffer;
  readonly outgoing: Outgoing;
  readonly log: EngineLog | undefined;
  readonly onClose: (code: number, reason: string) => void;
}

/** Reads packets of a connection and hands on what their frames say. */
export class Incoming implements FrameSink {
  /** An acknowledgement has come since this was last looked at. */
  acknowledged = false;
  acksReceived = 0;
  readonly #parts: IncomingParts;
  readonly #header = new ShortHeader();
  readonly #parser = new FrameParser();
  readonly #repairs: RepairDecoder | undefined;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#bytes.buffer);
  #now = 0;
  #number = 0;
  /** Of the packet at hand, for the log alone. */
  #acked: [number, number][] = [];
  /** Something in the packet could not be taken: it must not be acknowledged, so that it is sent again. */
  #refused = false;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
    const { fec, received, outgoing } = parts;
    if (!fec) return;
    this.#repairs = new RepairDecoder(fec, (bytes, view, at, length, offset, head) => {
      if (received.onData(bytes, view, at, length, offset, head, this.#now)) outgoing.tellRecovered(offset, length);
      // The memory is the decoder's, which may need it for the next one.
      received.flush();
    });
  }

  /** One datagram that bears the connection's id; false: it is not a packet of this connection, or known already. */
  receive(bytes: Uint8Array, view: DataView, at: number, length: number, now: number): boolean {
    const { checksum, acks, log } = this.#parts;
    const header = this.#header;
    if (!header.parse(bytes, view, at, at + length)) return this.#drop(now, length, 'header');
    if (checksum && !header.checksum) return this.#drop(now, length, 'checksum missing');
    if (header.checksum && !checksumOk(bytes, at, at + length)) return this.#drop(now, length, 'checksum wrong');
    const number = decodePacketNumber(header.truncated, header.packetNumberBytes, acks.largest + 1);
    if (!acks.isNew(number)) return this.#drop(now, length, 'duplicate');
    this.#bytes = bytes;
    this.#view = view;
    this.#now = now;
    this.#number = number;
    this.#refused = false;
    if (log) this.#acked = [];
    if (!this.#parser.parse(bytes, view, header.frames, header.end, this)) return this.#drop(now, length, 'malformed');
    if (this.#refused) return this.#drop(now, length, 'no room');
    acks.accept(number, now);
    if (this.#parser.ackEliciting) acks.elicited(number, now);
    log?.packetReceived(now, number, length, this.#acked);
    return true;
  }

  #drop(now: number, length: number, why: string): boolean {
    this.#parts.log?.packetDropped(now, length, why);
    return false;
  }

  onPing(): void {}

  onAckStart(largest: number, delayUs: number): void {
    this.#parts.recovery.startAck(largest, delayUs * 1e3);
  }

  onAckRange(smallest: number, largest: number): void {
    const { recovery, log } = this.#parts;
    if (log) this.#acked.push([smallest, largest]);
    recovery.ackRange(smallest, largest, this.#now);
  }

  onAckEnd(): void {
    this.acknowledged = true;
    this.acksReceived++;
    this.#parts.recovery.finishAck(this.#now);
  }

  onAckFrequency(sequence: number, packets: number, maxDelayUs: number, reordering: number): void {
    this.#parts.acks.setFrequency(sequence, packets, maxDelayUs, reordering);
  }

  onMaxData(offset: number): void {
    const { outgoing } = this.#parts;
    if (offset > outgoing.credit) outgoing.credit = offset;
  }

  /** Its word that there is more may have been lost. */
  onDataBlocked(offset: number): void {
    const { outgoing, received } = this.#parts;
    if (received.credit > offset) outgoing.request(MAX_DATA_FRAME);
  }

  onSkip(offset: number): void {
    this.#parts.received.onSkip(offset);
  }

  onClose(code: number, reason: string): void {
    this.#parts.onClose(code, reason);
  }

  onRecovered(offset: number, length: number): void {
    this.#parts.data.onAcked(offset, length);
  }

  onData(offset: number, head: number, at: number, length: number): void {
    const { received } = this.#parts;
    if (!received.onData(this.#bytes, this.#view, at, length, offset, head, this.#now)) this.#refused = true;
    this.#repairs?.onData(this.#number, this.#bytes, at, length, offset, head);
  }

  onRepair(at: number, length: number): void {
    this.#repairs?.onRepair(this.#number, this.#bytes, this.#view, at, length);
  }
}
