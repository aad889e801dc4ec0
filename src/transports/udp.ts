import { z } from 'zod';
import { ETHERNET_HEADER_BYTES, ipHeaderBytes, UDP_HEADER_BYTES } from '../io/headers.ts';
import type { Io } from '../io/io.ts';
import { DatagramConnection, DatagramListener, type DatagramTransportKind } from './datagram-connection.ts';
import type { Traits, Transport } from './transport.ts';

/** What the 16-bit length of an IPv4 packet leaves; held to over IPv6 too, so that both take the same messages. */
const MAX_DATAGRAM_BYTES = 65_507;

const options = z.strictObject({
  fragment: z
    .union([z.boolean(), z.stringbool()], 'expected true or false')
    .default(false)
    .describe('let IP cut messages above the path MTU into fragments; one lost fragment loses the message'),
});
type UdpOptions = z.output<typeof options>;

const TRAITS: Traits = {
  reliable: false,
  ordered: false,
  framing: 'datagram',
  sockets: 'datagram',
  connection: false,
  congestionControl: false,
};

/** One message, one UDP datagram; nothing is repeated, ordered or slowed down. */
export const udp: Transport<UdpOptions> = {
  name: 'udp',
  summary: 'plain UDP datagrams; no acknowledgements, no congestion control',
  options,
  traits: () => TRAITS,
  maxMessageBytes: (mtu, ipHeader, { fragment }) =>
    fragment ? MAX_DATAGRAM_BYTES : Math.min(MAX_DATAGRAM_BYTES, mtu - ipHeader - UDP_HEADER_BYTES),
  wireBytes(size, mtu, ipHeader) {
    const fragment = (mtu - ipHeader) & ~7;
    const fragments = size + UDP_HEADER_BYTES <= mtu - ipHeader ? 1 : Math.ceil((size + UDP_HEADER_BYTES) / fragment);
    return size + UDP_HEADER_BYTES + fragments * (ipHeader + ETHERNET_HEADER_BYTES);
  },
  listen: (io, local, given) =>
    new DatagramListener(kindOf(io, given), io.loop, io.datagram({ local, fragment: given.fragment })),
  connect: (io, remote, given) =>
    DatagramConnection.connecting(kindOf(io, given), io.datagram({ remote, fragment: given.fragment }), remote),
};

const kindOf = (io: Io, given: UdpOptions): DatagramTransportKind => ({
  name: 'udp',
  headroom: 0,
  maxMessageBytes: ({ host }) => udp.maxMessageBytes(io.pathMtu(host), ipHeaderBytes(host), given),
  remedy: 'the path MTU less headers; `udp fragment=true` lets IP fragment',
});
