import { addressOf, memory, SO_TIMESTAMPNS } from './libc.ts';
import { SOCKADDR_BYTES } from './sockaddr.ts';

// struct mmsghdr { msghdr { name, namelen, iov, iovlen, control, controllen, flags }, len }, in 32-bit words.
const HEADER_WORDS = 16;
const NAMELEN = 2;
const CONTROLLEN = 10;
const LENGTH = 14;
const IOVEC_WORDS = 4;
const NAME_STRIDE = 112;
/** Room for one control message with an int. */
const CONTROL_STRIDE = 32;

/** The argument of sendmmsg and recvmmsg: `count` messages of one buffer each, laid out once and refilled. */
export class MessageVector {
  readonly address: number;
  readonly count: number;
  readonly names: Uint8Array;
  readonly #headers: Uint32Array;
  readonly #buffers: Uint32Array;
  readonly #control: DataView;

  constructor(count: number) {
    this.count = count;
    const headers = memory(count * HEADER_WORDS * 4);
    const buffers = memory(count * IOVEC_WORDS * 4);
    const control = memory(count * CONTROL_STRIDE);
    this.names = memory(count * NAME_STRIDE);
    this.#headers = new Uint32Array(headers.buffer);
    this.#buffers = new Uint32Array(buffers.buffer);
    this.#control = new DataView(control.buffer);
    const [buffersAt, controlAt, namesAt] = [addressOf(buffers), addressOf(control), addressOf(this.names)];
    for (let i = 0; i < count; i++) {
      const h = i * HEADER_WORDS;
      this.#pointer(this.#headers, h, namesAt + i * NAME_STRIDE);
      this.#pointer(this.#headers, h + 4, buffersAt + i * IOVEC_WORDS * 4);
      this.#headers[h + 6] = 1;
      this.#pointer(this.#headers, h + 8, controlAt + i * CONTROL_STRIDE);
    }
    this.address = addressOf(headers);
  }

  #pointer(words: Uint32Array, index: number, address: number): void {
    words[index] = address >>> 0;
    words[index + 1] = (address / 0x1_0000_0000) >>> 0;
  }

  setBuffer(i: number, address: number, bytes: number): void {
    const b = i * IOVEC_WORDS;
    this.#pointer(this.#buffers, b, address);
    this.#buffers[b + 2] = bytes;
  }

  /** Before a receive: room for a source address and a control message. */
  prepareReceive(i: number): void {
    const h = i * HEADER_WORDS;
    this.#headers[h + NAMELEN] = SOCKADDR_BYTES;
    this.#headers[h + CONTROLLEN] = CONTROL_STRIDE;
  }

  /** Before a send: `nameBytes` of the destination in `names`, 0 on a connected socket. */
  prepareSend(i: number, nameBytes: number): void {
    const h = i * HEADER_WORDS;
    this.#headers[h + NAMELEN] = nameBytes;
    this.#headers[h + CONTROLLEN] = 0;
  }

  length(i: number): number {
    return this.#headers[i * HEADER_WORDS + LENGTH];
  }

  nameBytes(i: number): number {
    return this.#headers[i * HEADER_WORDS + NAMELEN];
  }

  nameOffset(i: number): number {
    return i * NAME_STRIDE;
  }

  /**
   * The time stamp that came with message i, in ns after `baseSeconds` of its clock (a number does not hold the ns since
   * 1970 exactly); Infinity when there is none.
   */
  timestamp(i: number, baseSeconds: number): number {
    const c = i * CONTROL_STRIDE;
    if (this.#headers[i * HEADER_WORDS + CONTROLLEN] < CONTROL_STRIDE) return Infinity;
    if (this.#control.getInt32(c + 12, true) !== SO_TIMESTAMPNS) return Infinity;
    return (this.#control.getUint32(c + 16, true) - baseSeconds) * 1e9 + this.#control.getUint32(c + 24, true);
  }

  /** The int of the control message of this level and type, or 0 when there is none. */
  control(i: number, level: number, type: number): number {
    if (this.#headers[i * HEADER_WORDS + CONTROLLEN] < 20) return 0;
    const c = i * CONTROL_STRIDE;
    if (this.#control.getInt32(c + 8, true) !== level || this.#control.getInt32(c + 12, true) !== type) return 0;
    return this.#control.getInt32(c + 16, true);
  }
}
