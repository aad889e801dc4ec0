import type { Address } from '../address.ts';
import type { Batch } from '../batch.ts';
import type { Peer } from '../datagram.ts';
import type { SeqpacketSocket } from '../seqpacket.ts';
import type { DatagramArena } from './arena.ts';
import type { OpenDatagram } from './datagram-kind.ts';
import type { Watch } from './epoll.ts';
import * as c from './libc.ts';
import type { LinuxLoop } from './loop.ts';
import { PeerTable } from './peers.ts';
import { backlogFull, Retry } from './retry.ts';
import { encodeAddress, type SocketAddress } from './sockaddr.ts';

/** The kernel's UDP_MAX_SEGMENTS before 6.9. */
const MAX_SEGMENTS = 64;
/** Reads of one turn, so that a flood cannot keep timers waiting. */
const READS_PER_TURN = 4;
const SK_MEMINFO_DROPS = 8;
/** The peer has closed: a unix socket that was connected to it is of no more use. */
const GONE: ReadonlySet<number> = new Set([c.ECONNREFUSED, c.ENOTCONN, c.ECONNRESET, c.EPIPE]);
/** Instead of a number of datagrams: try once more. */
const AGAIN = -1;

/** All that sends and hears whole datagrams; how one comes to be is said by its `open`. */
export class LinuxDatagramSocket implements SeqpacketSocket {
  local: Address | undefined;
  readonly remote: Peer | undefined;
  onOpen: () => void = () => {};
  onDatagrams: (batch: Batch, peer: Peer) => void = () => {};
  onWritable: () => void = () => {};
  onEnd: () => void = () => {};
  onError: (error: Error) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  #fd = -1;
  #watch: Watch | undefined;
  readonly #loop: LinuxLoop;
  readonly #arena: DatagramArena;
  /** To open it. */
  readonly #again: Retry;
  /** To send, where another's queue is full. */
  readonly #room: Retry;
  readonly #peers = new PeerTable();
  readonly #names = new WeakMap<Peer, SocketAddress>();
  #kind!: OpenDatagram['kind'];
  #segmentBytes = 0;
  #segmentation = false;
  #ended = false;
  /** Since `onWritable` last fired. */
  #taken = 0;
  /** Errors within one send. */
  #refusals = 0;
  #drops = 0;
  #settings: OpenDatagram['settings'] = {};

  /** `open` gives its descriptor away as soon as it has one; an error closes that, and the socket, unless it is to be tried again. */
  constructor(
    loop: LinuxLoop,
    arena: DatagramArena,
    remote: Peer | undefined,
    open: (keep: (fd: number) => void) => OpenDatagram,
  ) {
    this.#loop = loop;
    this.#arena = arena;
    this.remote = remote;
    this.#again = new Retry(loop, () => this.#open(open));
    this.#room = new Retry(loop, () => this.#writable());
    this.#open(open);
  }

  /** One whose connection is there already. */
  static accepted(
    loop: LinuxLoop,
    arena: DatagramArena,
    fd: number,
    remote: Peer,
    opened: OpenDatagram,
  ): LinuxDatagramSocket {
    const socket = new LinuxDatagramSocket(loop, arena, remote, (keep) => {
      keep(fd);
      return opened;
    });
    socket.local = opened.local;
    return socket;
  }

  #open(open: (keep: (fd: number) => void) => OpenDatagram): void {
    try {
      const { kind, local, segmentation, settings } = open((fd) => {
        this.#fd = fd;
      });
      this.#kind = kind;
      this.#segmentation = segmentation;
      this.#settings = settings;
      this.#watch = this.#loop.watch(this.#fd, c.POLLIN, (ready) => this.#onEvents(ready));
      this.#loop.defer(() => this.#opened(local));
    } catch (error) {
      this.#closeDescriptor();
      if (backlogFull(this.remote, error)) this.#again.later();
      else this.#loop.defer(() => this.onClose(error as Error));
    }
  }

  #opened(local: Address): void {
    if (this.#fd < 0 || this.local) return;
    this.local = local;
    this.onOpen();
  }

  send(slab: Uint8Array, offset: number, size: number, count: number, peer?: Peer): number {
    if (!this.local || this.#fd < 0) return 0;
    const { maxBytes, limit, ends } = this.#kind;
    if (size > maxBytes) throw new RangeError(`a datagram of ${size} bytes exceeds the ${maxBytes} ${limit}`);
    if (ends && size === 0) throw new RangeError('an empty packet could not be told from the end');
    const name = peer && !this.remote ? this.#nameOf(peer) : undefined;
    const address = c.addressOf(slab) + offset;
    let taken = 0;
    this.#refusals = 0;
    while (taken < count && this.#fd >= 0) {
      const sent = this.#sendSome(address + taken * size, size, count - taken, name);
      if (sent === 0) break;
      if (sent !== AGAIN) taken += sent;
    }
    if (taken < count && this.#watch) this.#watch.events |= c.POLLOUT;
    this.#taken += taken;
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
    return Math.max(1, Math.min(MAX_SEGMENTS, Math.floor(this.#kind.maxBytes / size)));
  }

  #sendFailed(number: number, count: number, perMessage: number): number {
    if (number === c.EAGAIN || number === c.ENOBUFS || number === c.ENOMEM) return 0;
    if (number === c.EINTR) return AGAIN;
    if (this.remote && this.#kind.breaks && GONE.has(number)) {
      this.#finishLater(c.systemError('send', number));
      return 0;
    }
    if (perMessage > 1 && (number === c.EIO || number === c.EINVAL)) {
      // Before Linux 6.11 UDP_SEGMENT needs an interface with checksum offload: single datagrams in one call instead.
      this.#setSegment(0);
      this.#segmentation = false;
      return AGAIN;
    }
    // What an earlier datagram met (a closed port, a smaller MTU) is told once and thereby cleared: this one may go.
    if (this.#refusals++ === 0 || (number === c.ECONNREFUSED && !this.#kind.breaks)) {
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
    const number = ready & c.POLLERR ? c.intOption(this.#fd, c.SOL_SOCKET, c.SO_ERROR) : 0;
    if (number) {
      const error = c.systemError('socket', number);
      if (this.#kind.breaks) return this.#broken(error);
      this.onError(error);
    }
    if (ready & c.POLLIN) this.#receive();
    if (ready & c.POLLOUT) this.#writable();
    // Heard to its end, and closed since: that would be reported for ever.
    if (this.#fd >= 0 && this.#ended && ready & (c.POLLERR | c.POLLHUP)) this.#finish();
  }

  #writable(): void {
    if (!this.#watch) return;
    this.#watch.events &= ~c.POLLOUT;
    this.#taken = 0;
    this.onWritable();
    // Of an unconnected unix socket, POLLOUT speaks of its own buffer alone: at a receiver whose queue is full it would fire for ever.
    if (this.remote || !this.#kind.breaks || this.#taken > 0 || !(this.#watch?.events & c.POLLOUT)) return;
    this.#watch.events &= ~c.POLLOUT;
    this.#room.later();
  }

  /** What came before the peer's end is heard before it is told. */
  #broken(error: Error): void {
    while (this.#fd >= 0 && this.#receive());
    if (this.#fd >= 0) this.#finish(error);
  }

  /** Whether there may be more. */
  #receive(): boolean {
    for (let i = 0; i < READS_PER_TURN && this.#fd >= 0 && !this.#ended; i++) {
      const count = this.#arena.receive(this.#fd);
      if (count < 0) {
        const number = c.errno();
        if (number === c.EAGAIN || number === c.EINTR) return false;
        const error = c.systemError('recvmmsg', number);
        if (this.#kind.breaks) this.#finish(error);
        else this.onError(error);
        return false;
      }
      const end = this.#kind.ends ? this.#arena.firstEmpty(0, count) : count;
      this.#deliver(end);
      if (end < count && this.#watch) this.#heardAll(this.#watch);
      if (count < this.#arena.slots) return false;
    }
    return this.#fd >= 0 && !this.#ended;
  }

  #deliver(count: number): void {
    const now = this.#loop.now();
    const { ipHeader } = this.#kind;
    for (let first = 0; first < count && this.#fd >= 0; ) {
      const past = this.remote ? count : this.#arena.endOfSource(first, count);
      const peer = this.remote ?? this.#arena.peer(first, this.#peers);
      this.onDatagrams(this.#arena.batch(first, past, now, ipHeader), peer);
      first = past;
    }
  }

  #heardAll(watch: Watch): void {
    this.#ended = true;
    watch.events &= ~c.POLLIN;
    this.onEnd();
  }

  drops(): number | undefined {
    if (this.#fd < 0) return this.#drops;
    if (!this.#kind.drops) return undefined;
    this.#drops = c.readOption(this.#fd, c.SOL_SOCKET, c.SO_MEMINFO, 36).getUint32(4 * SK_MEMINFO_DROPS, true);
    return this.#drops;
  }

  settings(): Record<string, string | number | boolean> {
    return { ...this.#settings, batching: this.#segmentation ? 'udp_segment' : 'sendmmsg' };
  }

  end(): void {
    if (!this.#watch) return;
    this.#watch.events &= ~c.POLLOUT;
    c.libc.shutdown(this.#fd, c.SHUT_WR);
  }

  close(): void {
    if (this.#fd >= 0 || this.#again.waiting) this.#finishLater();
  }

  /** Out of the caller's way: no event fires inside a call of ours. */
  #finishLater(error?: Error): void {
    this.#release();
    this.#loop.defer(() => this.onClose(error));
  }

  #finish(error?: Error): void {
    this.#release();
    this.onClose(error);
  }

  #release(): void {
    this.#again.cancel();
    this.#room.cancel();
    if (this.#fd >= 0) this.drops();
    this.#closeDescriptor();
  }

  #closeDescriptor(): void {
    this.#watch?.close();
    this.#watch = undefined;
    if (this.#fd >= 0) c.libc.close(this.#fd);
    this.#fd = -1;
  }
}
