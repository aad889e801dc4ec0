import { z } from 'zod';
import type { Address } from '../io/address.ts';
import type { Io } from '../io/io.ts';
import type { SeqpacketListener, SeqpacketSocket } from '../io/seqpacket.ts';
import { DatagramConnection, type DatagramTransportKind } from './datagram-connection.ts';
import type { Connection, Listener, Traits, Transport } from './transport.ts';
import { UNIX_MAX_MESSAGE_BYTES, UNIX_TRAITS, unixAddress, unixPeer } from './unix-kind.ts';

const options = z.strictObject({});

const TRAITS: Traits = { ...UNIX_TRAITS, framing: 'datagram', sockets: 'seqpacket', connection: true };

const KIND: DatagramTransportKind = {
  name: 'unix-seqpacket',
  headroom: 0,
  maxMessageBytes: () => UNIX_MAX_MESSAGE_BYTES,
};

/** Connections of messages: what a stream needs framing for, the kernel does. */
export const unixSeqpacket: Transport<z.output<typeof options>> = {
  name: 'unix-seqpacket',
  summary: 'connections that keep message boundaries, within one host (AF_UNIX, SOCK_SEQPACKET)',
  options,
  only: 'loopback',
  io: 'linux',
  traits: () => TRAITS,
  maxMessageBytes: () => UNIX_MAX_MESSAGE_BYTES,
  wireBytes: (size) => size,
  listen: (io, local) => new UnixSeqpacketListener(io, unixAddress(local)),
  connect: (io, remote) => new SeqpacketConnection(io.connectSeqpacket(unixPeer(remote)), remote),
};

class SeqpacketConnection extends DatagramConnection {
  readonly #packets: SeqpacketSocket;

  /** `among`: those of its listener, of an accepted one; it leaves them when it is over. */
  constructor(socket: SeqpacketSocket, remote: Address, among?: Set<SeqpacketConnection>) {
    // Both ends have to say that they are done, as in TCP: a socket that is closed with something unread resets the other.
    super(KIND, socket, remote, () => (socket.local ? socket.end() : socket.close()));
    this.#packets = socket;
    this.listenTo(socket);
    socket.onOpen = () => this.closed || this.onOpen();
    socket.onWritable = () => this.closed || this.onWritable();
    socket.onDatagrams = (batch) => this.closed || this.onMessages(batch);
    socket.onEnd = () => this.abort();
    socket.onClose = (error) => {
      among?.delete(this);
      this.onClose(error);
    };
  }

  override abort(): void {
    this.closed = true;
    this.#packets.close();
  }
}

class UnixSeqpacketListener implements Listener {
  onOpen: () => void = () => {};
  onConnection: (connection: Connection) => void = () => {};
  onError: (error: Error) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #listener: SeqpacketListener;
  readonly #connections = new Set<SeqpacketConnection>();

  constructor(io: Io, local: Address) {
    this.#listener = io.listenSeqpacket(local);
    this.#listener.onOpen = () => this.onOpen();
    this.#listener.onError = (error) => this.onError(error);
    this.#listener.onClose = (error) => this.onClose(error);
    this.#listener.onSocket = (socket) => {
      const connection = new SeqpacketConnection(socket, socket.remote ?? local, this.#connections);
      this.#connections.add(connection);
      this.onConnection(connection);
    };
  }

  get local(): Address | undefined {
    return this.#listener.local;
  }

  expect(): void {}

  close(): void {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
  }
}
