import type { Address } from '../address.ts';
import type { Batch } from '../batch.ts';
import type { DatagramSocket, Peer } from '../datagram.ts';
import { noFragments } from './limits.ts';
import type { DatagramLink } from './link.ts';
import type { Outlet } from './outlet.ts';
import { frameHeaderBytes, maxPayloadBytes } from './sizes.ts';

/** What UDP over IPv4 can carry. */
const MAX_DATAGRAM_BYTES = 65_507;

/** A socket that sends by way of a link, and hears what comes. */
export class ImpairedDatagramSocket implements DatagramSocket, Outlet {
  onOpen: () => void = () => {};
  onDatagrams: (batch: Batch, peer: Peer) => void = () => {};
  onWritable: () => void = () => {};
  onError: (error: Error) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly inner: DatagramSocket;
  readonly flow: number;
  headerBytes = 0;
  closed = false;
  readonly #link: DatagramLink;
  #largest = 0;
  /** Of its datagrams, those inside the link. */
  #held = 0;
  #closing = false;
  #wantsRoom = false;

  constructor(link: DatagramLink, inner: DatagramSocket, flow: number) {
    this.#link = link;
    this.inner = inner;
    this.flow = flow;
    link.attach(this);
    inner.onOpen = () => this.#opened();
    inner.onDatagrams = (batch, peer) => {
      if (!this.#closing) this.onDatagrams(batch, peer);
    };
    inner.onWritable = () => link.resume();
    inner.onError = (error) => {
      if (!this.#closing) this.onError(error);
    };
    inner.onClose = (error) => {
      this.closed = true;
      link.detach(this);
      this.onClose(error);
    };
  }

  #opened(): void {
    const { host } = this.inner.local as Address;
    this.headerBytes = frameHeaderBytes(host);
    this.#largest = maxPayloadBytes(host);
    this.onOpen();
  }

  get local(): Address | undefined {
    return this.inner.local;
  }

  /** Takes all that it is given: what the link has no room for, the link drops. Nothing while the socket beneath has no room. */
  send(slab: Uint8Array, offset: number, size: number, count: number, peer?: Peer): number {
    if (size > MAX_DATAGRAM_BYTES) {
      throw new RangeError(
        `a datagram of ${size} bytes exceeds the ${MAX_DATAGRAM_BYTES} that UDP over IPv4 can carry`,
      );
    }
    if (this.#largest === 0 || this.#closing || this.closed) return 0;
    if (size > this.#largest) {
      this.onError(Object.assign(new Error(noFragments(size, this.#largest).reason), { code: 'EMSGSIZE' }));
      return count;
    }
    if (this.#link.blocked) {
      this.#wantsRoom = true;
      return 0;
    }
    this.#link.offer(this, slab, offset, size, count, peer);
    return count;
  }

  entered(): void {
    this.#held++;
  }

  gone(count: number): void {
    this.#held -= count;
    if (this.#closing && this.#held === 0) this.inner.close();
  }

  wake(): void {
    if (!this.#wantsRoom || this.#closing) return;
    this.#wantsRoom = false;
    this.onWritable();
  }

  drops(): number | undefined {
    return this.inner.drops();
  }

  settings(): Record<string, string | number | boolean> {
    return this.inner.settings();
  }

  /** The socket beneath stays until what is inside the link has left it, as the kernel sends what it has taken. */
  close(): void {
    this.#closing = true;
    if (this.#held === 0) this.inner.close();
  }
}
