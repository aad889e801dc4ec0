import type { Address } from '../address.ts';
import type { Batch } from '../batch.ts';
import type { DatagramOptions, DatagramSocket, Peer } from '../datagram.ts';
import type { DatagramArena } from './arena.ts';
import type { Watch } from './epoll.ts';
import * as c from './libc.ts';
import type { LinuxLoop } from './loop.ts';
import { PeerTable } from './peers.ts';
import { encodeAddress, localAddress, type SocketAddress } from './sockaddr.ts';

/** The kernel's UDP_MAX_SEGMENTS before 6.9, and the largest payload of one UDP datagram over IPv4. */
const MAX_SEGMENTS = 64;
const MAX_PAYLOAD = 65_507;
/** Reads of one turn, so that a flood cannot keep timers waiting. */
const READS_PER_TURN = 4;
const DEFAULT_BUFFER_BYTES = 4 << 20;
const SK_MEMINFO_DROPS = 8;
/** Instead of a number of datagrams: try once more. */
const AGAIN = -1;

export class LinuxDatagramSocket implements DatagramSocket {
  local: Address | undefined;
  onOpen: () => void = () => {};
  onDatagrams: (batch: Batch, peer: Peer) => void = () => {};
  onWritable: () => void = () => {};
  onError: (error: Error) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  #fd = -1;
  #watch: Watch | undefined;
  readonly #loop: LinuxLoop;
  readonly #arena: DatagramArena;
  readonly #remote: Peer | undefined;
  readonly #peers = new PeerTable();
  readonly #names = new WeakMap<Peer, SocketAddress>();
  #segmentBytes = 0;
  #segmentation = true;
  /** Errors within one send. */
  #refusals = 0;
  #drops = 0;
  #settings: Record<string, string | number | boolean> = {};

  constructor(loop: LinuxLoop, arena: DatagramArena, options: DatagramOptions) {
    this.#loop = loop;
    this.#arena = arena;
    this.#remote = options.remote;
    try {
      const local = this.#open(options);
      loop.defer(() => this.#opened(local));
    } catch (error) {
      this.#closeDescriptor();
      loop.defer(() => this.onClose(error as Error));
    }
  }

  #open(options: DatagramOptions): Address {
    const bound = options.local ?? { host: options.remote?.host.includes(':') ? '::' : '0.0.0.0', port: 0 };
    const name = encodeAddress(bound);
    const type = c.SOCK_DGRAM | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC;
    this.#fd = c.check(c.libc.socket(name.family, type, 0), 'socket');
    const v6 = name.family === c.AF_INET6;
    if (v6) c.setOption(this.#fd, c.IPPROTO_IPV6, c.IPV6_V6ONLY, 1);
    const discovery = options.fragment ? c.PMTUDISC_DONT : c.PMTUDISC_DO;
    if (v6) c.setOption(this.#fd, c.IPPROTO_IPV6, c.IPV6_MTU_DISCOVER, discovery);
    else c.setOption(this.#fd, c.IPPROTO_IP, c.IP_MTU_DISCOVER, discovery);
    c.setBuffer(this.#fd, 'receive', options.receiveBufferBytes ?? DEFAULT_BUFFER_BYTES);
    c.setBuffer(this.#fd, 'send', options.sendBufferBytes ?? DEFAULT_BUFFER_BYTES);
    const gro = c.setOption(this.#fd, c.SOL_UDP, c.UDP_GRO, 1);
    // IP fragments of a batch would not be those of its datagrams.
    this.#segmentation = options.fragment !== true && c.setOption(this.#fd, c.SOL_UDP, c.UDP_SEGMENT, 0);
    // Connecting binds too, and a socket that was never bound alone has not heard strangers meanwhile.
    if (options.local || !options.remote) {
      c.check(c.libc.bind(this.#fd, c.addressOf(name.bytes), name.length), `bind ${bound.host}:${bound.port}`);
    }
    if (options.remote) {
      const remote = encodeAddress(options.remote);
      const to = `${options.remote.host}:${options.remote.port}`;
      c.check(c.libc.connect(this.#fd, c.addressOf(remote.bytes), remote.length), `connect ${to}`);
    }
    this.#settings = {
      send_buffer_bytes: c.intOption(this.#fd, c.SOL_SOCKET, c.SO_SNDBUF),
      receive_buffer_bytes: c.intOption(this.#fd, c.SOL_SOCKET, c.SO_RCVBUF),
      udp_gro: gro,
    };
    this.#watch = this.#loop.watch(this.#fd, c.POLLIN, (ready) => this.#onEvents(ready));
    return localAddress(this.#fd);
  }

  #opened(local: Address): void {
    if (this.#fd < 0) return;
    this.local = local;
    this.onOpen();
  }

  send(slab: Uint8Array, offset: number, size: number, count: number, peer?: Peer): number {
    if (size > MAX_PAYLOAD) {
      throw new RangeError(`a datagram of ${size} bytes exceeds the ${MAX_PAYLOAD} that UDP over IPv4 can carry`);
    }
    if (!this.local || this.#fd < 0) return 0;
    const name = peer && !this.#remote ? this.#nameOf(peer) : undefined;
    const address = c.addressOf(slab) + offset;
    let taken = 0;
    this.#refusals = 0;
    while (taken < count && this.#fd >= 0) {
      const sent = this.#sendSome(address + taken * size, size, count - taken, name);
      if (sent === 0) break;
      if (sent !== AGAIN) taken += sent;
    }
    if (taken < count && this.#watch) this.#watch.events |= c.POLLOUT;
    return taken;
  }

  /** How many datagrams are off our hands; 0: no room; AGAIN: something about the socket has changed. */
  #sendSome(address: number, size: number, count: number, name: SocketAddress | undefined): number {
    const perMessage = this.#perMessage(size, count);
    if (this.#segmentation) this.#setSegment(perMessage > 1 ? size : 0);
    const vector = this.#arena.sending;
    const messages = Math.min(vector.count, Math.ceil(count / perMessage));
    for (let i = 0; i < messages; i++) {
      const first = i * perMessage;
      vector.setBuffer(i, address + first * size, Math.min(perMessage, count - first) * size);
      vector.prepareSend(i, name?.length ?? 0);
      if (name) vector.names.set(name.bytes, vector.nameOffset(i));
    }
    const sent = c.libc.sendmmsg(this.#fd, vector.address, messages, c.MSG_DONTWAIT | c.MSG_NOSIGNAL);
    if (sent >= 0) return Math.min(count, sent * perMessage);
    return this.#sendFailed(c.errno(), count, perMessage);
  }

  /** Datagrams in one message, for the kernel to cut apart. */
  #perMessage(size: number, count: number): number {
    if (!this.#segmentation || count === 1 || size === 0) return 1;
    return Math.max(1, Math.min(MAX_SEGMENTS, Math.floor(MAX_PAYLOAD / size)));
  }

  #sendFailed(number: number, count: number, perMessage: number): number {
    if (number === c.EAGAIN || number === c.ENOBUFS || number === c.ENOMEM) return 0;
    if (number === c.EINTR) return AGAIN;
    if (perMessage > 1 && (number === c.EIO || number === c.EINVAL)) {
      // Before Linux 6.11 UDP_SEGMENT needs an interface with checksum offload: single datagrams in one call instead.
      this.#setSegment(0);
      this.#segmentation = false;
      return AGAIN;
    }
    // What an earlier datagram met (a closed port, a smaller MTU) is told once and thereby cleared: this one may go.
    if (this.#refusals++ === 0 || number === c.ECONNREFUSED) {
      this.onError(c.systemError('send', number));
      return AGAIN;
    }
    // Too large, or no way there: what is true of this one is true of the rest. They are lost.
    return count;
  }

  /** 0: every message is one datagram. */
  #setSegment(size: number): void {
    if (size === this.#segmentBytes) return;
    c.setOption(this.#fd, c.SOL_UDP, c.UDP_SEGMENT, size);
    this.#segmentBytes = size;
  }

  #nameOf(peer: Peer): SocketAddress {
    let name = this.#names.get(peer);
    if (!name) {
      name = encodeAddress(peer);
      this.#names.set(peer, name);
    }
    return name;
  }

  #onEvents(ready: number): void {
    if (ready & c.POLLERR) {
      const number = c.intOption(this.#fd, c.SOL_SOCKET, c.SO_ERROR);
      if (number) this.onError(c.systemError('socket', number));
    }
    if (ready & c.POLLIN) this.#receive();
    if (this.#watch && ready & c.POLLOUT) {
      this.#watch.events &= ~c.POLLOUT;
      this.onWritable();
    }
  }

  #receive(): void {
    for (let i = 0; i < READS_PER_TURN && this.#fd >= 0; i++) {
      const count = this.#arena.receive(this.#fd);
      if (count < 0) {
        const number = c.errno();
        if (number !== c.EAGAIN && number !== c.EINTR) this.onError(c.systemError('recvmmsg', number));
        return;
      }
      const now = this.#loop.now();
      for (let first = 0; first < count && this.#fd >= 0; ) {
        const past = this.#remote ? count : this.#arena.endOfSource(first, count);
        const peer = this.#remote ?? this.#arena.peer(first, this.#peers);
        this.onDatagrams(this.#arena.batch(first, past, now), peer);
        first = past;
      }
      if (count < this.#arena.slots) return;
    }
  }

  drops(): number | undefined {
    if (this.#fd >= 0)
      this.#drops = c.readOption(this.#fd, c.SOL_SOCKET, c.SO_MEMINFO, 36).getUint32(4 * SK_MEMINFO_DROPS, true);
    return this.#drops;
  }

  settings(): Record<string, string | number | boolean> {
    return { ...this.#settings, batching: this.#segmentation ? 'udp_segment' : 'sendmmsg' };
  }

  close(): void {
    if (this.#fd < 0) return;
    this.drops();
    this.#closeDescriptor();
    this.#loop.defer(() => this.onClose());
  }

  #closeDescriptor(): void {
    this.#watch?.close();
    this.#watch = undefined;
    if (this.#fd >= 0) c.libc.close(this.#fd);
    this.#fd = -1;
  }
}
