import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram';
import type { Address } from '../address.ts';
import type { Batch } from '../batch.ts';
import type { DatagramOptions, DatagramSocket, Peer } from '../datagram.ts';
import { PeerTable } from '../peers.ts';
import { familyOf } from './family.ts';
import type { NodeLoop } from './loop.ts';
import { SendSlots } from './slots.ts';

/** The largest payload of one UDP datagram over IPv4. */
const MAX_DATAGRAM_BYTES = 65_507;

/** Without this, Node hands even numeric addresses to the resolver and sends on a later tick. */
const numericOnly: SocketOptions['lookup'] = (host, options, callback) =>
  callback(null, host, typeof options === 'object' && options.family === 6 ? 6 : 4);

/** Node reads one datagram at a time, so every batch holds one. While the loop is not running, what arrives is dropped. */
export class NodeDatagramSocket implements DatagramSocket {
  local: Address | undefined;
  onOpen: () => void = () => {};
  onDatagrams: (batch: Batch, peer: Peer) => void = () => {};
  onWritable: () => void = () => {};
  onError: (error: Error) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #loop: NodeLoop;
  readonly #options: DatagramOptions;
  readonly #peers = new PeerTable();
  readonly #slots = new SendSlots();
  readonly #batch = new SingleDatagram();
  #from: Peer = { host: '', port: 0 };
  #socket: Socket | undefined;
  #state: 'opening' | 'open' | 'closed' = 'opening';
  #blocked = false;
  #settings: Record<string, string | number | boolean> = {};

  constructor(loop: NodeLoop, options: DatagramOptions) {
    this.#loop = loop;
    this.#options = options;
    loop.defer(() => this.#bind());
  }

  #bind(): void {
    if (this.#state === 'closed') return;
    const { local, remote } = this.#options;
    const host = local?.host ?? remote?.host ?? '0.0.0.0';
    try {
      const type = familyOf(host) === 6 ? 'udp6' : 'udp4';
      const socket = createSocket({ type, ipv6Only: type === 'udp6', lookup: numericOnly });
      this.#socket = socket;
      socket.on('error', (error) => this.#failed(error));
      socket.on('message', (bytes, from) => this.#received(bytes, from));
      const bound = () => (remote ? this.#connect(socket, remote) : this.#opened(socket));
      const options = { port: local?.port ?? 0, exclusive: true };
      socket.bind(local ? { ...options, address: local.host } : options, bound);
    } catch (error) {
      this.#finish(error as Error);
    }
  }

  #connect(socket: Socket, remote: Address): void {
    socket.connect(remote.port, remote.host, (error?: Error) => {
      if (error) this.#failed(error);
      else this.#opened(socket);
    });
  }

  #opened(socket: Socket): void {
    if (this.#state !== 'opening') return;
    const { address, port } = socket.address();
    this.local = { host: address, port };
    const { sendBufferBytes, receiveBufferBytes } = this.#options;
    if (sendBufferBytes !== undefined) attempt(() => socket.setSendBufferSize(sendBufferBytes));
    if (receiveBufferBytes !== undefined) attempt(() => socket.setRecvBufferSize(receiveBufferBytes));
    this.#settings = {
      send_buffer_bytes: socket.getSendBufferSize(),
      receive_buffer_bytes: socket.getRecvBufferSize(),
      batching: 'none',
    };
    this.#state = 'open';
    this.#loop.deliver(() => this.#state === 'open' && this.onOpen());
  }

  #received(bytes: Uint8Array, from: RemoteInfo): void {
    if (this.#state !== 'open' || !this.#loop.running) return;
    this.#batch.fill(bytes, this.#loop.now());
    this.#from = this.#options.remote ?? this.#peers.intern(from.address, from.port);
    this.#loop.deliver(this.#deliverBatch);
  }

  readonly #deliverBatch = (): void => this.onDatagrams(this.#batch, this.#from);

  send(slab: Uint8Array, offset: number, size: number, count: number, peer?: Peer): number {
    if (size > MAX_DATAGRAM_BYTES) {
      throw new RangeError(
        `a datagram of ${size} bytes exceeds the ${MAX_DATAGRAM_BYTES} that UDP over IPv4 can carry`,
      );
    }
    const socket = this.#socket;
    if (this.#state !== 'open' || socket === undefined) return 0;
    const to = this.#options.remote ? undefined : peer;
    const taken = Math.min(count, this.#slots.free);
    for (let i = 0; i < taken; i++) {
      const start = offset + i * size;
      const slot = this.#slots.take();
      const copy = slot.fill(slab, start, size);
      slot.onSent ??= (error) => this.#sent(slot.index, error);
      if (to) socket.send(copy, to.port, to.host, slot.onSent);
      else socket.send(copy, slot.onSent);
    }
    if (taken < count) this.#blocked = true;
    return taken;
  }

  #sent(slot: number, error: Error | null): void {
    this.#slots.release(slot);
    if (this.#state !== 'open') return;
    if (error) this.#loop.deliver(() => this.#state === 'open' && this.onError(error));
    if (!this.#blocked || !this.#slots.mostlyFree) return;
    this.#blocked = false;
    this.#loop.deliver(() => this.#state === 'open' && this.onWritable());
  }

  #failed(error: Error): void {
    if (this.#state === 'opening') this.#loop.deliver(() => this.#finish(error));
    else if (this.#state === 'open') this.#loop.deliver(() => this.#state === 'open' && this.onError(error));
  }

  #finish(error?: Error): void {
    if (this.#state === 'closed') return;
    this.#release();
    this.onClose(error);
  }

  #release(): void {
    this.#state = 'closed';
    if (this.#socket) attempt(() => this.#socket?.close());
    this.#socket = undefined;
  }

  /** Undefined: Node does not tell. */
  drops(): undefined {
    return undefined;
  }

  settings(): Record<string, string | number | boolean> {
    return this.#settings;
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#release();
    this.#loop.defer(() => this.onClose());
  }
}

/** A batch of one, copied so that the buffer and its view are made once. */
class SingleDatagram implements Batch {
  readonly bytes = new Uint8Array(65_536);
  readonly view = new DataView(this.bytes.buffer);
  readonly offsets = new Uint32Array(1);
  readonly lengths = new Uint32Array(1);
  readonly count = 1;
  arrival = 0;

  fill(datagram: Uint8Array, arrival: number): void {
    this.bytes.set(datagram);
    this.lengths[0] = datagram.length;
    this.arrival = arrival;
  }
}

/** For calls that throw when the kernel refuses, where what is in force is read back anyway. */
function attempt(call: () => void): void {
  try {
    call();
  } catch {
    // A buffer size above the host's limit, or a socket that never got as far as being open.
  }
}
