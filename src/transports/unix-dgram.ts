import { z } from 'zod';
import { DatagramConnection, DatagramListener, type DatagramTransportKind } from './datagram-connection.ts';
import type { Traits, Transport } from './transport.ts';
import { UNIX_MAX_MESSAGE_BYTES, UNIX_TRAITS, unixAddress, unixPeer } from './unix-kind.ts';

const options = z.strictObject({});

/** A client finds out at once whether somebody listens, but the listener hears of it by its first message alone. */
const TRAITS: Traits = { ...UNIX_TRAITS, framing: 'datagram', sockets: 'datagram', connection: false };

const KIND: DatagramTransportKind = {
  name: 'unix-dgram',
  headroom: 0,
  maxMessageBytes: () => UNIX_MAX_MESSAGE_BYTES,
};

/**
 * Towards the server at most net.unix.max_dgram_qlen messages and one more wait, then the sender does; towards clients, who are connected, it
 * is the server's send buffer that all of them share.
 */
export const unixDgram: Transport<z.output<typeof options>> = {
  name: 'unix-dgram',
  summary: 'datagrams within one host (AF_UNIX, SOCK_DGRAM), which are neither lost nor reordered',
  options,
  only: 'loopback',
  io: 'linux',
  traits: () => TRAITS,
  maxMessageBytes: () => UNIX_MAX_MESSAGE_BYTES,
  wireBytes: (size) => size,
  listen: (io, local) => new DatagramListener(KIND, io.loop, io.datagram({ local: unixAddress(local) })),
  connect: (io, remote) => DatagramConnection.connecting(KIND, io.datagram({ remote: unixPeer(remote) }), remote),
};
