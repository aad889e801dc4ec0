import type { Watch } from './epoll.ts';
import { interfaceIndex } from './ethtool.ts';
import * as c from './libc.ts';
import type { LinuxLoop } from './loop.ts';
import { MessageVector } from './messages.ts';
import { bindPacketSocket, packetSocket, throwPending } from './packet-socket.ts';

const BATCH = 64;
const BUFFER_BYTES = 64 << 20;

/** Puts whole Ethernet frames out at one interface, in batches, past any qdisc (packet(7)). Frames live in the caller's memory. */
export class PacketSender {
  readonly batch = BATCH;
  onWritable: () => void = () => {};
  readonly #fd: number;
  readonly #watch: Watch;
  readonly #interface: string;
  readonly #vector = new MessageVector(BATCH);

  constructor(loop: LinuxLoop, interfaceName: string) {
    this.#interface = interfaceName;
    this.#fd = packetSocket();
    c.setOption(this.#fd, c.SOL_PACKET, c.PACKET_QDISC_BYPASS, 1);
    c.setBuffer(this.#fd, 'send', BUFFER_BYTES);
    bindPacketSocket(this.#fd, interfaceIndex(interfaceName), 0);
    this.#watch = loop.watch(this.#fd, 0, (ready) => this.#onEvents(ready));
  }

  #onEvents(ready: number): void {
    if (ready & c.POLLERR) throwPending(this.#fd, this.#interface);
    this.#watch.events = 0;
    this.onWritable();
  }

  setFrame(i: number, address: number, bytes: number): void {
    this.#vector.setBuffer(i, address, bytes);
    this.#vector.prepareSend(i, 0);
  }

  /** How many of frames 0..count-1 left; -1 when the first of them cannot be sent at all. */
  send(count: number): number {
    const sent = c.libc.sendmmsg(this.#fd, this.#vector.address, count, c.MSG_DONTWAIT);
    if (sent >= 0) return sent;
    if (c.errno() === c.EAGAIN || c.errno() === c.EINTR) return 0;
    return -1;
  }

  wantWritable(): void {
    this.#watch.events = c.POLLOUT;
  }
}
