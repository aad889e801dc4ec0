import type { Address } from '../../../src/io/address.ts';
import type { DatagramOptions } from '../../../src/io/datagram.ts';
import { type PathOptions, SimNetwork, type SimPath } from '../../../src/io/sim/network.ts';
import type { SimIo } from '../../../src/io/sim/sim-io.ts';
import type { SimSocket } from '../../../src/io/sim/socket.ts';

export const MS = 1e6;
/** Where a network's clock starts. */
export const START = 1e9;
export const PORT = 5000;

/** What a socket was handed: when, by whom, in which batch, and the first four bytes as a number. */
export interface Heard {
  readonly at: number;
  readonly from: string;
  readonly batch: number;
  readonly number: number;
  readonly bytes: Uint8Array;
}

export interface Rig extends SimPath {
  readonly network: SimNetwork;
  readonly client: SimIo;
  readonly server: SimIo;
  /** Bound at PORT of the server. */
  readonly listener: SimSocket;
  readonly heard: readonly Heard[];
}

/** A path, and a socket on its first server that writes down what it hears; all are open. */
export function rig(profile: PathOptions['profile'], options: Partial<PathOptions> = {}): Rig {
  const network = new SimNetwork(START);
  const path = network.path({ profile, seed: 1, ...options });
  const [client, server] = [path.clients[0], path.servers[0]];
  const listener = open(server, { local: { host: server.address, port: PORT } });
  return { ...path, network, client, server, listener, heard: hearing(server, listener) };
}

/** All of it is reused, hence copied. */
export function hearing({ loop }: SimIo, socket: SimSocket): Heard[] {
  const heard: Heard[] = [];
  let batches = 0;
  socket.onDatagrams = ({ bytes, view, offsets, lengths, count }, peer) => {
    batches++;
    for (let i = 0; i < count; i++) {
      const [at, length] = [offsets[i], lengths[i]];
      const number = length >= 4 ? view.getUint32(at) : -1;
      const from = `${peer.host} ${peer.port}`;
      heard.push({ at: loop.now(), from, batch: batches, number, bytes: bytes.slice(at, at + length) });
    }
  };
  return heard;
}

/** A socket that is open. */
export function open(io: SimIo, options: DatagramOptions): SimSocket {
  const socket = io.datagram(options);
  io.loop.advance(0);
  return socket;
}

/** A socket connected to PORT of the server. */
export const dial = ({ client, server }: Rig, from: SimIo = client): SimSocket =>
  open(from, { remote: { host: server.address, port: PORT } });

/** Numbered datagrams of `size` bytes, back to back. */
export function numbered(first: number, count: number, size = 4): Uint8Array {
  const slab = new Uint8Array(size * count);
  const view = new DataView(slab.buffer);
  for (let i = 0; i < count; i++) view.setUint32(i * size, first + i);
  return slab;
}

export const send = (socket: SimSocket, first: number, count: number, size = 4, to?: Address): number =>
  socket.send(numbered(first, count, size), 0, size, count, to);

export const numbers = (heard: readonly Heard[]): number[] => heard.map(({ number }) => number);
export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** The codes of the errors that a socket tells of. */
export function errorsOf(socket: SimSocket): string[] {
  const codes: string[] = [];
  socket.onError = (error) => codes.push((error as NodeJS.ErrnoException).code ?? '');
  return codes;
}
