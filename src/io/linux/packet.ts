import { interfaceIndex } from './ethtool.ts';
import * as c from './libc.ts';
import type { LinuxLoop, Watched } from './loop.ts';
import { MessageVector } from './messages.ts';

const BATCH = 64;
const BUFFER_BYTES = 64 << 20;

/**
 * All frames of one interface, read and written with their Ethernet headers (packet(7)). Frames live in the caller's
 * memory: `receive` fills the slots that it is told of, `send` sends from them, and nothing is copied in between.
 */
export class PacketSocket implements Watched {
  readonly batch = BATCH;
  onReadable: () => void = () => {};
  onWritable: () => void = () => {};
  fd: number;
  events: number = c.POLLIN;
  watched = false;
  readonly #receiving = new MessageVector(BATCH);
  readonly #sending = new MessageVector(BATCH);
  /** struct timespec in 32-bit words. */
  readonly #clock = new Uint32Array(c.memory(16).buffer);
  readonly #clockAddress = c.addressOf(this.#clock);
  readonly #loop: LinuxLoop;
  #baseSeconds = 0;
  #offset = 0;

  constructor(loop: LinuxLoop, interfaceName: string) {
    this.#loop = loop;
    const protocol = ((c.ETH_P_ALL & 0xff) << 8) | (c.ETH_P_ALL >> 8);
    // Protocol 0 until bound: else it would hear every interface meanwhile.
    this.fd = c.check(c.libc.socket(c.AF_PACKET, c.SOCK_RAW | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC, 0), 'packet socket');
    c.setOption(this.fd, c.SOL_PACKET, c.PACKET_IGNORE_OUTGOING, 1);
    c.setOption(this.fd, c.SOL_PACKET, c.PACKET_QDISC_BYPASS, 1);
    c.setOption(this.fd, c.SOL_SOCKET, c.SO_TIMESTAMPNS, 1);
    c.setBuffer(this.fd, 'receive', BUFFER_BYTES);
    c.setBuffer(this.fd, 'send', BUFFER_BYTES);
    // struct sockaddr_ll: family, protocol, ifindex, ...
    const name = c.memory(20);
    const view = new DataView(name.buffer);
    view.setUint16(0, c.AF_PACKET, true);
    view.setUint16(2, protocol, true);
    view.setInt32(4, interfaceIndex(interfaceName), true);
    c.check(c.libc.bind(this.fd, c.addressOf(name), name.length), `bind to ${interfaceName}`);
    loop.watch(this);
  }

  onEvents(ready: number): void {
    if (ready & c.POLLOUT) {
      this.events &= ~c.POLLOUT;
      this.onWritable();
    }
    if (ready & (c.POLLIN | c.POLLERR)) this.onReadable();
  }

  /** Slot i of the next receive. */
  setReceiveSlot(i: number, address: number, bytes: number): void {
    this.#receiving.setBuffer(i, address, bytes);
    this.#receiving.prepareReceive(i);
  }

  /** How many frames were read into slots 0, 1, ...; 0 when there are none now. */
  receive(slots: number): number {
    return Math.max(0, c.libc.recvmmsg(this.fd, this.#receiving.address, slots, c.MSG_DONTWAIT | c.MSG_TRUNC, 0));
  }

  /**
   * After a receive: relates the kernel's time stamps, which are CLOCK_REALTIME, to the loop's clock, and returns the time on
   * that. Read in this order, a thread that is held up in between takes frames to have come later than they did, never earlier:
   * a link may be late, but nothing may cross it faster than its profile allows.
   */
  calibrate(): number {
    c.libc.clock_gettime(c.CLOCK_REALTIME, this.#clockAddress);
    const now = this.#loop.now();
    this.#baseSeconds = this.#clock[0];
    this.#offset = now - this.#clock[2];
    return now;
  }

  /** When the kernel got received frame i, in ns on the loop's clock; Infinity where it does not say. */
  arrival(i: number): number {
    return this.#receiving.timestamp(i, this.#baseSeconds) + this.#offset;
  }

  /** True size of received frame i; larger than its slot when it was cut. */
  receivedBytes(i: number): number {
    return this.#receiving.length(i);
  }

  setSendSlot(i: number, address: number, bytes: number): void {
    this.#sending.setBuffer(i, address, bytes);
    this.#sending.prepareSend(i, 0);
  }

  /** How many of slots 0..count-1 left; -1 when the first of them cannot be sent at all. */
  send(count: number): number {
    const sent = c.libc.sendmmsg(this.fd, this.#sending.address, count, c.MSG_DONTWAIT);
    if (sent >= 0) return sent;
    if (c.errno() === c.EAGAIN || c.errno() === c.EINTR) return 0;
    return -1;
  }

  wantWritable(): void {
    this.events |= c.POLLOUT;
  }

  /** Frames that the kernel had no room for since the last call. */
  overrun(): number {
    return c.readOption(this.fd, c.SOL_PACKET, c.PACKET_STATISTICS, 8).getUint32(4, true);
  }
}
