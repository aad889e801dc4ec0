import { checksumOk } from '../../../../src/transports/rudp/wire/checksum.ts';
import { FrameParser, type FrameSink } from '../../../../src/transports/rudp/wire/frame-parser.ts';
import { type ConnectionId, decodePacketNumber, ShortHeader } from '../../../../src/transports/rudp/wire/packet.ts';
import { promise } from './case.ts';

const NOBODY: FrameSink = {
  onPing() {},
  onAckStart() {},
  onAckRange() {},
  onAckEnd() {},
  onAckFrequency() {},
  onMaxData() {},
  onDataBlocked() {},
  onSkip() {},
  onClose() {},
  onRecovered() {},
  onData() {},
  onRepair() {},
};

/** Looks at all short packets that an endpoint sends: whatever it was told, what it says itself is in order. */
export class Witness {
  /** Number of the next packet. */
  sent = 0;
  readonly #id: ConnectionId;
  readonly #checksum: boolean;
  readonly #mostBytes: number;
  readonly #header = new ShortHeader();
  readonly #parser = new FrameParser();

  constructor(id: ConnectionId, checksum: boolean, mostBytes: number) {
    this.#id = id;
    this.#checksum = checksum;
    this.#mostBytes = mostBytes;
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
    const parsed = this.#parser.parse(packet, view, header.frames, header.end, NOBODY);
    promise(parsed, () => `malformed frames: ${Buffer.from(packet.subarray(header.frames, header.end)).toString('hex')}`);
  }
}
