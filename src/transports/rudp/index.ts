import { ETHERNET_HEADER_BYTES, UDP_HEADER_BYTES } from '../../io/headers.ts';
import type { Transport } from '../transport.ts';
import { dial } from './client.ts';
import { maxMessageOf, PREFIX_BYTES } from './limits.ts';
import { RudpListener } from './listener.ts';
import { type RudpOptions, rudpOptions } from './options.ts';
import { CRC_BYTES } from './wire/checksum.ts';
import { SHORT_HEADER_BYTES } from './wire/packet.ts';

/** A packet number of three bytes, and a DATA frame whose offset takes eight. */
const PACKET_OVERHEAD = SHORT_HEADER_BYTES + 3 + 9;

/** Messages over packets with numbers, acknowledgements and congestion control of their own, on UDP. */
export const rudp: Transport<RudpOptions> = {
  name: 'rudp',
  summary: 'a sequence/ack layer over UDP: reliable or partly so, with congestion control of its own (docs/rudp.md)',
  options: rudpOptions,
  logs: true,
  traits: ({ mode, cc }) => ({
    reliable: mode === 'ordered' || mode === 'unordered',
    ordered: mode === 'ordered' || mode === 'sequenced',
    framing: 'stream',
    sockets: 'datagram',
    connection: true,
    congestionControl: cc !== 'none',
  }),
  maxMessageBytes: (_mtu, _ipHeader, { window }) => maxMessageOf(window),
  wireBytes(size, mtu, ipHeader, { checksum, mtu: largest, mode }) {
    const headers = ipHeader + UDP_HEADER_BYTES;
    const overhead = PACKET_OVERHEAD + (checksum ? CRC_BYTES : 0);
    const room = Math.min(mtu, largest) - headers - overhead;
    const message = size + PREFIX_BYTES;
    const perPacket = Math.floor(room / message);
    // A frame that whole messages fill well enough is not filled up with a part of the next.
    const packets =
      perPacket >= 1 && (mode !== 'ordered' || perPacket * message >= (15 / 16) * room)
        ? 1 / perPacket
        : message / room;
    return message + packets * (overhead + headers + ETHERNET_HEADER_BYTES);
  },
  listen: (io, local, options, log) => new RudpListener(io, local, options, log),
  connect: (io, remote, options, log) => dial(io, remote, options, log),
};
