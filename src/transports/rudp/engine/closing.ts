import type { Outbox } from '../outbox.ts';
import type { Recovery } from '../send/recovery.ts';
import { CRC_BYTES, writeChecksum } from '../wire/checksum.ts';
import { CLOSE_DONE, writeClose } from '../wire/frames.ts';
import { type ConnectionId, packetNumberBytes, writeShortHeader } from '../wire/packet.ts';

/** A CLOSE that is not answered is repeated; after that many the peer is taken to be gone. */
const ATTEMPTS = 8;
/** What a CLOSE takes at most. */
const ROOM = 512;

/** Sends CLOSE: what the last packets of a connection say. */
export class Closing {
  /** How often it has been sent. */
  sent = 0;
  /** When to send it again, or to give up. */
  at = Infinity;
  /** The packet that said it last. */
  packet: Uint8Array | undefined;
  readonly #peer: ConnectionId;
  readonly #checksum: boolean;
  readonly #recovery: Recovery;
  #due: { readonly code: number; readonly reason: string } | undefined;

  constructor(peer: ConnectionId, checksum: boolean, recovery: Recovery) {
    this.#peer = peer;
    this.#checksum = checksum;
    this.#recovery = recovery;
  }

  /** One has still to be written. */
  get due(): boolean {
    return this.#due !== undefined;
  }

  request(code: number, reason = ''): void {
    this.#due = { code, reason };
  }

  /** The peer goes on sending: it has not heard. Not for every packet. */
  remind(now: number): void {
    if (now >= this.at) this.request(CLOSE_DONE);
  }

  /** At the time `at`. True: it has been said often enough. */
  repeat(): boolean {
    if (this.sent >= ATTEMPTS) return true;
    this.request(CLOSE_DONE);
    return false;
  }

  write(now: number, outbox: Outbox): void {
    if (!this.#due || !outbox.fits(ROOM)) return;
    const { code, reason } = this.#due;
    this.#due = undefined;
    const recovery = this.#recovery;
    const { bytes, end: start } = outbox;
    const length = packetNumberBytes(recovery.next, recovery.largestAcked);
    const { hi, lo } = this.#peer;
    const frames = writeShortHeader(bytes, start, hi, lo, recovery.next, length, this.#checksum);
    const end = writeClose(bytes, frames, start + ROOM - CRC_BYTES, code, reason);
    const size = (this.#checksum ? writeChecksum(bytes, start, end) : end) - start;
    this.packet = bytes.slice(start, start + size);
    outbox.add(size);
    recovery.onSent(now, size, 0, 0, 0, 0);
    this.sent++;
    this.at = now + recovery.rtt.backedOff(recovery.maxAckDelay, this.sent);
  }
}
