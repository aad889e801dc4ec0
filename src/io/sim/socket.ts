import type { Address } from '../address.ts';
import type { Batch } from '../batch.ts';
import type { DatagramOptions, DatagramSocket, Peer } from '../datagram.ts';
import type { Timer } from '../loop.ts';
import type { Outlet } from '../shim/outlet.ts';
import { frameHeaderBytes, maxPayloadBytes } from '../shim/sizes.ts';
import { systemError } from './errors.ts';
import { ArrivalBatch, Inbox } from './inbox.ts';
import type { SendRoom } from './send-room.ts';
import type { SimIo } from './sim-io.ts';

/** What UDP over IPv4 can carry. */
const MAX_DATAGRAM_BYTES = 65_507;

/** A datagram socket of a simulated host. */
export class SimSocket implements DatagramSocket, Outlet {
  local: Address | undefined;
  onOpen: () => void = () => {};
  onDatagrams: (batch: Batch, peer: Peer) => void = () => {};
  onWritable: () => void = () => {};
  onError: (error: Error) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly flow: number;
  readonly headerBytes: number;
  readonly remote: Peer | undefined;
  /** What others see it as; has no port when it could not be bound. */
  readonly name: Peer;
  /** Where its datagrams come out of the link, be it closed meanwhile. */
  readonly inner: Pick<DatagramSocket, 'send' | 'close'> = {
    send: (bytes, offset, size, count, peer) => this.#host.carry(this, bytes, offset, size, count, peer as Peer),
    close: () => {},
  };
  /** As a kernel, the link goes on with what it has taken from a socket that was closed. */
  readonly closed = false;
  readonly #host: SimIo;
  readonly #receiveLimit: number;
  readonly #sendLimit: number;
  readonly #room: SendRoom | undefined;
  readonly #writable: Timer;
  readonly #batch = new ArrivalBatch();
  #filling = new Inbox();
  #draining = new Inbox();
  #state: 'opening' | 'open' | 'closed' = 'opening';
  #drops = 0;
  #refused = false;

  constructor(host: SimIo, options: DatagramOptions) {
    this.#host = host;
    this.flow = host.nextFlow();
    this.headerBytes = frameHeaderBytes(host.address);
    this.remote = options.remote && host.intern(options.remote);
    this.#receiveLimit = options.receiveBufferBytes ?? host.receiveBufferBytes;
    this.#sendLimit = options.sendBufferBytes ?? host.sendBufferBytes;
    this.#room = host.sendRoom(this.#sendLimit);
    this.#writable = host.loop.timer(() => this.onWritable());
    const bound = host.bind(this, options);
    this.name = host.intern({ host: host.address, port: bound instanceof Error ? 0 : bound.port });
    host.loop.after(0, () => this.#opened(bound));
  }

  #opened(bound: Address | Error): void {
    if (this.#state !== 'opening') return;
    if (bound instanceof Error) {
      this.#state = 'closed';
      this.onClose(bound);
      return;
    }
    this.#state = 'open';
    this.local = bound;
    this.onOpen();
  }

  send(slab: Uint8Array, offset: number, size: number, count: number, peer?: Peer): number {
    if (size > MAX_DATAGRAM_BYTES) {
      throw new RangeError(
        `a datagram of ${size} bytes exceeds the ${MAX_DATAGRAM_BYTES} that UDP over IPv4 can carry`,
      );
    }
    if (this.#state !== 'open') return 0;
    const to = this.remote ?? peer;
    const largest = maxPayloadBytes(this.#host.address, this.#host.pathMtu());
    if (to === undefined || size > largest) {
      this.onError(
        to === undefined
          ? systemError('EDESTADDRREQ', 'a datagram to nobody from a socket that is not connected')
          : systemError('EMSGSIZE', `a datagram of ${size} bytes exceeds the ${largest} that one packet holds`),
      );
      return count;
    }
    const taken = this.#room ? this.#room.take(this.#host.loop.now(), size, count) : count;
    if (taken > 0) this.#host.offer(this, slab, offset, size, taken, to);
    if (this.#room && taken < count) this.#writable.arm(this.#room.writableAt(size));
    return taken;
  }

  /** Whether datagrams of `peer` are for it. */
  hears(peer: Peer): boolean {
    return this.remote === undefined || this.remote === peer;
  }

  /** A datagram arrives, for the next turn of the loop to hand over. */
  arrived(bytes: Uint8Array, offset: number, size: number, peer: Peer): void {
    const inbox = this.#filling;
    if (inbox.used + size > this.#receiveLimit) {
      this.#drops++;
      return;
    }
    if (inbox.count === 0) this.#host.expectTurn(this);
    inbox.add(bytes, offset, size, peer);
  }

  /** Nobody listens where it is connected to: it is told at once, as if ICMP took no time. */
  refused(): void {
    if (this.remote === undefined || this.#refused || this.#state !== 'open') return;
    this.#refused = true;
    this.#host.expectTurn(this);
  }

  /** Hands over what has arrived. */
  turn(now: number): void {
    if (this.#refused && this.#state === 'open') {
      this.#refused = false;
      this.onError(systemError('ECONNREFUSED', `nobody listens at ${this.remote?.host} port ${this.remote?.port}`));
    }
    const inbox = this.#filling;
    // What arrives meanwhile waits for the next turn, in memory of its own.
    this.#filling = this.#draining;
    this.#draining = inbox;
    try {
      for (let at = 0; at < inbox.count && this.#state === 'open'; ) {
        at = inbox.gather(this.#batch, at, now);
        this.onDatagrams(this.#batch, inbox.peer(at - 1));
      }
    } finally {
      inbox.clear();
    }
  }

  entered(): void {}

  gone(): void {}

  wake(): void {}

  drops(): number {
    return this.#drops;
  }

  settings(): Record<string, string | number | boolean> {
    return {
      ...(this.#sendLimit < Infinity ? { send_buffer_bytes: this.#sendLimit } : {}),
      receive_buffer_bytes: this.#receiveLimit,
      batching: 'none',
    };
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#writable.cancel();
    this.#host.release(this);
    this.#host.loop.after(0, () => this.onClose());
  }
}
