import type { Address } from '../../io/address.ts';
import type { Batch } from '../../io/batch.ts';
import type { DatagramOptions, DatagramSocket, Peer } from '../../io/datagram.ts';
import type { Io } from '../../io/io.ts';
import { PeerTable } from '../../io/peers.ts';
import { Extents } from '../../wire/extents.ts';
import { DESTINATION_PORT, PORTS_BYTES, SOURCE_PORT, writePorts } from './ports.ts';

/** RFC 3692. */
const PROTOCOL = 253;

class Messages extends Extents implements Batch {
  bytes!: Uint8Array;
  view!: DataView;
  arrival = 0;
}

/**
 * A raw socket with ports. Its port is that of a UDP socket that it keeps and does not use: so the kernel's own table says which are
 * free, to all processes of the host. A filter in the kernel keeps from it what is for others, since every raw socket hears all.
 * Datagrams are sent with room for the ports in front of them, and heard without.
 */
export class RawPortSocket implements DatagramSocket {
  local: Address | undefined;
  onOpen: () => void = () => {};
  onDatagrams: (batch: Batch, peer: Peer) => void = () => {};
  onWritable: () => void = () => {};
  onError: (error: Error) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #io: Io;
  readonly #remote: Address | undefined;
  readonly #reserved: DatagramSocket;
  #raw: DatagramSocket | undefined;
  /** Of the two sockets, those that have not fired onClose. */
  #open = 1;
  #failure: Error | undefined;
  #closing = false;
  #port = 0;
  readonly #peers = new PeerTable();
  /** Where the raw socket sends to: their addresses without ports. */
  readonly #hosts = new WeakMap<Peer, Peer>();
  readonly #messages = new Messages();

  constructor(io: Io, { local, remote }: Pick<DatagramOptions, 'local' | 'remote'>) {
    this.#io = io;
    this.#remote = remote;
    const any = { host: remote?.host.includes(':') ? '::' : '0.0.0.0', port: 0 };
    this.#reserved = io.datagram({ local: local ?? any, receiveBufferBytes: 0, sendBufferBytes: 0 });
    this.#reserved.onOpen = () => this.#reservedPort();
    this.#reserved.onClose = (error) => this.#oneClosed(error);
  }

  #reservedPort(): void {
    const { host, port } = this.#reserved.local as Address;
    this.#port = port;
    const remote = this.#remote;
    try {
      const raw = this.#io.raw({
        protocol: PROTOCOL,
        local: { host, port: 0 },
        ...(remote ? { remote } : {}),
        only: [
          { offset: DESTINATION_PORT, value: port },
          ...(remote ? [{ offset: SOURCE_PORT, value: remote.port }] : []),
        ],
      });
      this.#open++;
      this.#raw = raw;
      raw.onOpen = () => {
        this.local = { host: raw.local?.host ?? host, port };
        this.onOpen();
      };
      raw.onDatagrams = (batch, peer) => this.#heard(batch, peer);
      raw.onWritable = () => this.onWritable();
      raw.onError = (error) => this.onError(error);
      raw.onClose = (error) => this.#oneClosed(error);
    } catch (error) {
      this.#failure = error as Error;
      this.close();
    }
  }

  #oneClosed(error?: Error): void {
    this.#failure ??= error;
    if (--this.#open === 0) this.onClose(this.#failure);
    else this.close();
  }

  send(slab: Uint8Array, offset: number, size: number, count: number, peer?: Peer): number {
    const to = this.#remote ?? peer;
    if (!this.#raw || !to) return 0;
    for (let i = 0; i < count; i++) writePorts(slab, offset + i * size, this.#port, to.port);
    return this.#raw.send(slab, offset, size, count, this.#hostOf(to));
  }

  #hostOf(peer: Peer): Peer {
    let host = this.#hosts.get(peer);
    if (!host) {
      host = { host: peer.host, port: 0 };
      this.#hosts.set(peer, host);
    }
    return host;
  }

  /** Hands on runs of messages from one port. */
  #heard(batch: Batch, from: Peer): void {
    const messages = this.#messages;
    const { bytes, view, offsets, lengths, count } = batch;
    Object.assign(messages, { bytes, view, arrival: batch.arrival });
    for (let i = 0; i < count && !this.#closing; ) {
      const port = view.getUint16(offsets[i] + SOURCE_PORT);
      messages.count = 0;
      for (; i < count && view.getUint16(offsets[i] + SOURCE_PORT) === port; i++) {
        messages.add(offsets[i] + PORTS_BYTES, lengths[i] - PORTS_BYTES);
      }
      this.onDatagrams(messages, this.#remote ?? this.#peers.intern(from.host, port));
    }
  }

  drops(): number | undefined {
    return this.#raw?.drops();
  }

  settings(): Record<string, string | number | boolean> {
    return { ...this.#raw?.settings(), ip_protocol: PROTOCOL };
  }

  close(): void {
    this.#closing = true;
    this.#reserved.close();
    this.#raw?.close();
  }
}
