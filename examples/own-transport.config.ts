import { z } from 'zod';
// Outside this repository: from 'netduel'.
import {
  type Address,
  type Batch,
  type Connection,
  type DatagramSocket,
  defineConfig,
  defineTransport,
  type Io,
  type Listener,
  type Peer,
  type TransportStats,
} from '../src/index.ts';

const UDP_HEADER_BYTES = 8;
const ETHERNET_HEADER_BYTES = 14;

const options = z.strictObject({
  /** Asked of the kernel for the receiving socket, which may grant less; Linux counts its own bookkeeping too. */
  buffer: z.number().int().min(4096).default(65_536),
});
type Options = z.output<typeof options>;

/** One end of an exchange with `peer`, over a socket that a listener shares among its connections. */
class Pair implements Connection {
  readonly headroom = 0;
  readonly maxMessageBytes: number;
  onOpen: Connection['onOpen'] = () => {};
  onMessages: Connection['onMessages'] = () => {};
  onWritable: Connection['onWritable'] = () => {};
  onClose: Connection['onClose'] = () => {};
  readonly #socket: DatagramSocket;
  readonly #peer: Peer;
  readonly #leave: () => void;
  #blocked = false;
  #closed = false;
  #ended = false;

  constructor(io: Io, socket: DatagramSocket, peer: Peer, leave: () => void) {
    this.maxMessageBytes = largest(io.pathMtu(peer.host), peer.host.includes(':') ? 40 : 20);
    this.#socket = socket;
    this.#peer = peer;
    this.#leave = leave;
  }

  get local(): Address | undefined {
    return this.#socket.local;
  }

  send(slab: Uint8Array, offset: number, size: number, count: number): number {
    const limit = this.maxMessageBytes;
    if (size > limit)
      throw new RangeError(`udp-buffer: a message of ${size} bytes is above the limit of ${limit} bytes`);
    if (this.#closed) return 0;
    const taken = this.#socket.send(slab, offset, size, count, this.#peer);
    this.#blocked = taken < count;
    return taken;
  }

  receive(batch: Batch): void {
    if (!this.#closed) this.onMessages(batch);
  }

  writable(): void {
    if (!this.#blocked || this.#closed) return;
    this.#blocked = false;
    this.onWritable();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#leave();
  }

  abort(): void {
    this.close();
  }

  /** It is over, once: by `close`, or because the socket broke. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#closed = true;
    this.#ended = true;
    this.onClose(error);
  }

  stats(): TransportStats {
    const socketDrops = this.#socket.drops();
    return socketDrops === undefined ? {} : { socketDrops };
  }

  settings(): Record<string, string | number | boolean> {
    return this.#socket.settings();
  }
}

const largest = (mtu: number, ipHeaderBytes: number): number =>
  Math.min(65_507, mtu - ipHeaderBytes - UDP_HEADER_BYTES);

function connect(io: Io, remote: Address, { buffer }: Options): Connection {
  const socket = io.datagram({ remote, receiveBufferBytes: buffer });
  const pair = new Pair(io, socket, remote, () => socket.close());
  socket.onOpen = () => pair.onOpen();
  socket.onWritable = () => pair.writable();
  socket.onDatagrams = (batch) => pair.receive(batch);
  socket.onClose = (error) => pair.end(error);
  return pair;
}

/** Tells clients apart by where their datagrams come from. */
function listen(io: Io, local: Address, { buffer }: Options): Listener {
  const socket = io.datagram({ local, receiveBufferBytes: buffer });
  const pairs = new Map<string, Pair>();
  const pairOf = (peer: Peer): Pair => {
    const key = `${peer.host} ${peer.port}`;
    const known = pairs.get(key);
    if (known) return known;
    // No event inside the call that causes it: the end comes at the loop's next turn.
    const ending = io.loop.timer(() => pair.end());
    const pair = new Pair(io, socket, peer, () => {
      pairs.delete(key);
      ending.arm(0);
    });
    pairs.set(key, pair);
    listener.onConnection(pair);
    return pair;
  };
  const listener: Listener = {
    get local() {
      return socket.local;
    },
    onOpen: () => {},
    onConnection: () => {},
    onClose: () => {},
    expect: pairOf,
    close: () => socket.close(),
  };
  socket.onOpen = () => listener.onOpen();
  socket.onDatagrams = (batch, peer) => pairOf(peer).receive(batch);
  socket.onWritable = () => {
    for (const pair of pairs.values()) pair.writable();
  };
  socket.onClose = (error) => {
    for (const pair of pairs.values()) pair.end(error);
    pairs.clear();
    listener.onClose(error);
  };
  return listener;
}

/** UDP whose receive buffer can be chosen: what a full one drops is counted as `socket_drops`, not as the network's loss. */
export const udpBuffer = defineTransport<Options>({
  name: 'udp-buffer',
  summary: 'UDP with a receive buffer of a chosen size',
  options,
  traits: () => ({
    reliable: false,
    ordered: false,
    framing: 'datagram',
    sockets: 'datagram',
    connection: false,
    congestionControl: false,
  }),
  maxMessageBytes: largest,
  wireBytes: (size, _mtu, ipHeaderBytes) => size + UDP_HEADER_BYTES + ipHeaderBytes + ETHERNET_HEADER_BYTES,
  listen,
  connect,
});

export default defineConfig({
  transports: ['udp', udpBuffer, { use: udpBuffer, buffer: 1_000_000 }],
  scenarios: ['stream size=1000 rate=20mbit'],
  links: ['delay 10ms loss 1% rate 50mbit'],
  trials: 1,
  duration: '1s',
});
