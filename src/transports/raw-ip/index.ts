import { z } from 'zod';
import { ETHERNET_HEADER_BYTES, ipHeaderBytes } from '../../io/headers.ts';
import type { Io } from '../../io/io.ts';
import { DatagramConnection, DatagramListener, type DatagramTransportKind } from '../datagram-connection.ts';
import type { Traits, Transport } from '../transport.ts';
import { PORTS_BYTES } from './ports.ts';
import { RawPortSocket } from './socket.ts';

/** What the 16-bit length of an IPv4 packet leaves; held to over IPv6 too, so that both take the same messages. */
const MAX_PACKET_BYTES = 65_515;

const options = z.strictObject({});

const TRAITS: Traits = {
  reliable: false,
  ordered: false,
  framing: 'datagram',
  sockets: 'raw',
  connection: false,
  congestionControl: false,
};

/**
 * One message, one IP packet of protocol 253 (RFC 3692: for experiments), behind four bytes of ports. Unlike UDP's, its payload
 * has no checksum: what a link corrupts behind the IP header is delivered so.
 */
export const rawIp: Transport<z.output<typeof options>> = {
  name: 'raw-ip',
  summary: 'bare IP packets of a protocol of their own (SOCK_RAW); as udp without its checksum and batching',
  options,
  only: 'lab',
  io: 'linux',
  traits: () => TRAITS,
  maxMessageBytes: (mtu, ipHeader) => Math.min(MAX_PACKET_BYTES, mtu - ipHeader) - PORTS_BYTES,
  wireBytes: (size, _mtu, ipHeader) => size + PORTS_BYTES + ipHeader + ETHERNET_HEADER_BYTES,
  listen: (io, local) => new DatagramListener(kindOn(io), io.loop, new RawPortSocket(io, { local })),
  connect: (io, remote) => DatagramConnection.connecting(kindOn(io), new RawPortSocket(io, { remote }), remote),
};

const kindOn = (io: Io): DatagramTransportKind => ({
  name: 'raw-ip',
  headroom: PORTS_BYTES,
  maxMessageBytes: ({ host }) => rawIp.maxMessageBytes(io.pathMtu(host), ipHeaderBytes(host), {}),
  remedy: 'the path MTU less headers',
});
