import { checksumOk } from '../../../../src/transports/rudp/wire/checksum.ts';
import { FrameParser, type FrameSink } from '../../../../src/transports/rudp/wire/frame-parser.ts';
import { type ConnectionId, decodePacketNumber, ShortHeader } from '../../../../src/transports/rudp/wire/packet.ts';
import { promise } from './case.ts';

/** Looks at all short packets that an endpoint sends: whatever it was told, what it says itself is in order. */
export class Witness implements FrameSink {
  /** Number of the next packet. */
  sent = 0;
  /** Data that it takes, and data that it has sent: as far as it says. */
  credit: number;
  sentBytes = 0;
  readonly #id: ConnectionId;
  readonly #checksum: boolean;
  readonly #mostBytes: number;
  readonly #header = new ShortHeader();
  readonly #parser = new FrameParser();

  constructor(id: ConnectionId, checksum: boolean, mostBytes: number, credit: number) {
    this.#id = id;
    this.#checksum = checksum;
    this.#mostBytes = mostBytes;
    this.credit = credit;
  }

  sees(sent: Uint8Array): void {
    promise(sent.length <= this.#mostBytes, () => `a packet of ${sent.length} bytes`);
    const packet = Uint8Array.from(sent);
    const view = new DataView(packet.buffer);
    const header = this.#header;
    promise(header.parse(packet, view, 0, packet.length), () => 'a header that is none');
    promise(header.cidHi === this.#id.hi && header.cidLo === this.#id.lo, () => 'the id of somebody else');
    promise(header.checksum === this.#checksum, () => 'a checksum where none is wanted, or none where one is');
    promise(!header.checksum || checksumOk(packet, 0, packet.length), () => 'a wrong checksum');
    const number = decodePacketNumber(header.truncated, header.packetNumberBytes, this.sent);
    promise(number === this.sent, () => `packet ${number} instead of ${this.sent}`);
    this.sent++;
    const parsed = this.#parser.parse(packet, view, header.frames, header.end, this);
    promise(
      parsed,
      () => `malformed frames: ${Buffer.from(packet.subarray(header.frames, header.end)).toString('hex')}`,
    );
  }

  onMaxData(offset: number): void {
    promise(offset >= this.credit, () => `a credit of ${offset} after ${this.credit}`);
    this.credit = offset;
  }

  onData(offset: number, _head: number, _at: number, length: number): void {
    this.sentBytes = Math.max(this.sentBytes, offset + length);
  }

  onPing(): void {}
  onAckStart(): void {}
  onAckRange(): void {}
  onAckEnd(): void {}
  onAckFrequency(): void {}
  onDataBlocked(): void {}
  onSkip(): void {}
  onClose(): void {}
  onRecovered(): void {}
  onRepair(): void {}
}
