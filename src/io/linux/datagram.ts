import type { Address } from '../address.ts';
import type { DatagramBatch, DatagramOptions, DatagramSocket, Peer } from '../datagram.ts';
import type { DatagramArena } from './arena.ts';
import * as c from './libc.ts';
import type { LinuxLoop, Watched } from './loop.ts';
import { encodeAddress, localAddress, type SocketAddress } from './sockaddr.ts';

/** The kernel's UDP_MAX_SEGMENTS before 6.9, and the largest payload of one UDP datagram over IPv4. */
const MAX_SEGMENTS = 64;
const MAX_PAYLOAD = 65_507;
/** Reads of one turn, so that a flood cannot keep timers waiting. */
const READS_PER_TURN = 4;
const DEFAULT_BUFFER_BYTES = 4 << 20;
const SK_MEMINFO_DROPS = 8;

export class LinuxDatagramSocket implements DatagramSocket, Watched {
  local: Address | undefined;
  onOpen: () => void = () => {};
  onDatagrams: (batch: DatagramBatch, peer: Peer) => void = () => {};
  onWritable: () => void = () => {};
  onError: (error: Error) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  fd = -1;
  events: number = c.POLLIN;
  watched = false;
  readonly #loop: LinuxLoop;
  readonly #arena: DatagramArena;
  readonly #remote: Peer | undefined;
  readonly #peers = new Map<string, Peer>();
  readonly #names = new WeakMap<Peer, SocketAddress>();
  #segmentBytes = 0;
  #segmentation = true;
  #drops = 0;
  #settings: Record<string, string | number | boolean> = {};

  constructor(loop: LinuxLoop, arena: DatagramArena, options: DatagramOptions) {
    this.#loop = loop;
    this.#arena = arena;
    this.#remote = options.remote;
    try {
      this.#open(options);
      loop.defer(() => this.fd >= 0 && this.onOpen());
    } catch (error) {
      this.#closeDescriptor();
      loop.defer(() => this.onClose(error as Error));
    }
  }

  #open(options: DatagramOptions): void {
    const bound = options.local ?? { host: options.remote?.host.includes(':') ? '::' : '0.0.0.0', port: 0 };
    const name = encodeAddress(bound);
    const type = c.SOCK_DGRAM | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC;
    this.fd = c.check(c.libc.socket(name.family, type, 0), 'socket');
    const v6 = name.family === c.AF_INET6;
    if (v6) c.setOption(this.fd, c.IPPROTO_IPV6, c.IPV6_V6ONLY, 1);
    const discovery = options.fragment ? c.PMTUDISC_DONT : c.PMTUDISC_DO;
    if (v6) c.setOption(this.fd, c.IPPROTO_IPV6, c.IPV6_MTU_DISCOVER, discovery);
    else c.setOption(this.fd, c.IPPROTO_IP, c.IP_MTU_DISCOVER, discovery);
    c.setBuffer(this.fd, 'receive', options.receiveBufferBytes ?? DEFAULT_BUFFER_BYTES);
    c.setBuffer(this.fd, 'send', options.sendBufferBytes ?? DEFAULT_BUFFER_BYTES);
    const gro = c.setOption(this.fd, c.SOL_UDP, c.UDP_GRO, 1);
    // IP fragments of a batch would not be those of its datagrams.
    this.#segmentation = options.fragment !== true && c.setOption(this.fd, c.SOL_UDP, c.UDP_SEGMENT, 0);
    c.check(c.libc.bind(this.fd, c.addressOf(name.bytes), name.length), `bind ${bound.host}:${bound.port}`);
    if (options.remote) {
      const remote = encodeAddress(options.remote);
      const to = `${options.remote.host}:${options.remote.port}`;
      c.check(c.libc.connect(this.fd, c.addressOf(remote.bytes), remote.length), `connect ${to}`);
    }
    this.local = localAddress(this.fd);
    this.#settings = {
      send_buffer_bytes: c.intOption(this.fd, c.SOL_SOCKET, c.SO_SNDBUF),
      receive_buffer_bytes: c.intOption(this.fd, c.SOL_SOCKET, c.SO_RCVBUF),
      udp_gro: gro,
    };
    this.#loop.watch(this);
  }

  send(slab: Uint8Array, offset: number, size: number, count: number, peer?: Peer): number {
    if (this.fd < 0 || count === 0) return 0;
    const name = peer && !this.#remote ? this.#nameOf(peer) : undefined;
    const perMessage = this.#segmentation
      ? Math.max(1, Math.min(MAX_SEGMENTS, Math.floor(MAX_PAYLOAD / Math.max(1, size))))
      : 1;
    if (perMessage > 1 && count > 1 && size !== this.#segmentBytes) this.#setSegment(size);
    const address = c.addressOf(slab) + offset;
    let taken = 0;
    while (taken < count) {
      const sent = this.#sendSome(address + taken * size, size, count - taken, perMessage, name);
      if (sent === 0) break;
      if (sent < 0) return taken + this.send(slab, offset + taken * size, size, count - taken, peer);
      taken += sent;
    }
    if (taken < count && this.fd >= 0) this.events |= c.POLLOUT;
    return taken;
  }

  /** How many datagrams the kernel took; 0: no room; -1: try again, something about the socket has changed. */
  #sendSome(address: number, size: number, count: number, perMessage: number, name: SocketAddress | undefined): number {
    const vector = this.#arena.sending;
    const messages = Math.min(vector.count, Math.ceil(count / perMessage));
    for (let i = 0; i < messages; i++) {
      const first = i * perMessage;
      vector.setBuffer(i, address + first * size, Math.min(perMessage, count - first) * size);
      vector.prepareSend(i, name?.length ?? 0);
      if (name) vector.names.set(name.bytes, vector.nameOffset(i));
    }
    const sent = c.libc.sendmmsg(this.fd, vector.address, messages, c.MSG_DONTWAIT | c.MSG_NOSIGNAL);
    if (sent >= 0) return Math.min(count, sent * perMessage);
    return this.#sendFailed(c.errno(), perMessage);
  }

  #sendFailed(number: number, perMessage: number): number {
    if (number === c.EAGAIN || number === c.ENOBUFS) return 0;
    if (number === c.EINTR) return -1;
    if (perMessage > 1 && (number === c.EIO || number === c.EINVAL)) {
      // Before Linux 6.11 UDP_SEGMENT needs an interface with checksum offload: single datagrams in one call instead.
      this.#segmentation = false;
      this.#setSegment(0);
      return -1;
    }
    this.#report(c.systemError('send', number));
    // A refusal was about an earlier datagram and is cleared by being told: this one can go.
    return number === c.ECONNREFUSED ? -1 : 0;
  }

  #setSegment(size: number): void {
    c.setOption(this.fd, c.SOL_UDP, c.UDP_SEGMENT, size);
    this.#segmentBytes = size;
  }

  #nameOf(peer: Peer): SocketAddress {
    let name = this.#names.get(peer);
    if (!name) this.#names.set(peer, (name = encodeAddress(peer)));
    return name;
  }

  onEvents(ready: number): void {
    if (ready & c.POLLERR) {
      const number = c.intOption(this.fd, c.SOL_SOCKET, c.SO_ERROR);
      if (number) this.#report(c.systemError('socket', number));
    }
    if (ready & c.POLLIN) this.#receive();
    if (this.fd >= 0 && ready & c.POLLOUT) {
      this.events &= ~c.POLLOUT;
      this.onWritable();
    }
  }

  #receive(): void {
    for (let i = 0; i < READS_PER_TURN && this.fd >= 0; i++) {
      const count = this.#arena.receive(this.fd);
      if (count < 0) {
        const number = c.errno();
        if (number !== c.EAGAIN && number !== c.EINTR) this.#report(c.systemError('recvmmsg', number));
        return;
      }
      const now = this.#loop.now();
      for (let first = 0; first < count && this.fd >= 0; ) {
        const past = this.#remote ? count : this.#arena.endOfSource(first, count);
        const peer = this.#remote ?? this.#arena.peer(first, this.#peers);
        this.onDatagrams(this.#arena.batch(first, past, now), peer);
        first = past;
      }
      if (count < this.#arena.slots) return;
    }
  }

  #report(error: Error): void {
    this.onError(error);
  }

  drops(): number | undefined {
    if (this.fd >= 0)
      this.#drops = c.readOption(this.fd, c.SOL_SOCKET, c.SO_MEMINFO, 36).getUint32(4 * SK_MEMINFO_DROPS, true);
    return this.#drops;
  }

  settings(): Record<string, string | number | boolean> {
    return { ...this.#settings, batching: this.#segmentation ? 'udp_segment' : 'sendmmsg' };
  }

  close(): void {
    if (this.fd < 0) return;
    this.drops();
    this.#loop.unwatch(this);
    this.#closeDescriptor();
    this.#loop.defer(() => this.onClose());
  }

  #closeDescriptor(): void {
    if (this.fd >= 0) c.libc.close(this.fd);
    this.fd = -1;
  }
}
