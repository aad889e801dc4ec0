import { z } from 'zod';
import { ETHERNET_HEADER_BYTES } from '../io/headers.ts';
import { FRAME_HEADER_BYTES } from '../wire/frame.ts';
import { MAX_MESSAGE_BYTES, StreamConnection, StreamTransportListener } from './stream-connection.ts';
import type { Traits, Transport } from './transport.ts';

/** Without a bound the kernel would take seconds of data on a slow link, and delays would measure that buffer; costs no goodput. */
const UNSENT_LIMIT_BYTES = 16 << 10;
/** With timestamps. */
const TCP_HEADER_BYTES = 32;

const options = z.strictObject({
  cc: z.string().optional().describe("congestion control by the kernel's name, such as cubic or bbr [the host's]"),
  nodelay: z
    .union([z.boolean(), z.stringbool()], 'expected true or false')
    .default(true)
    .describe('TCP_NODELAY: send small messages at once instead of waiting to fill a segment'),
});
type TcpOptions = z.output<typeof options>;

const TRAITS: Traits = {
  reliable: true,
  ordered: true,
  framing: 'stream',
  sockets: 'stream',
  connection: true,
  congestionControl: true,
};

/** Messages over a TCP stream, each behind its length. */
export const tcp: Transport<TcpOptions> = { ...make(true), unframed: make(false) };

function make(framed: boolean): Transport<TcpOptions> {
  const kind = { name: 'tcp', framed };
  const traits: Traits = framed ? TRAITS : { ...TRAITS, framing: 'bytes' };
  const headerBytes = framed ? FRAME_HEADER_BYTES : 0;
  return {
    name: 'tcp',
    summary: 'the kernel’s TCP; messages are length-prefixed on the stream',
    options,
    traits: () => traits,
    maxMessageBytes: () => MAX_MESSAGE_BYTES,
    wireBytes(size, mtu, ipHeaderBytes) {
      const segment = mtu - ipHeaderBytes - TCP_HEADER_BYTES;
      return ((size + headerBytes) * (mtu + ETHERNET_HEADER_BYTES)) / segment;
    },
    listen: (io, local, given) => new StreamTransportListener(io, local, streamOptions(given), kind),
    connect: (io, remote, given) => new StreamConnection(io.loop, io.connect(remote, streamOptions(given)), kind),
  };
}

const streamOptions = ({ cc, nodelay }: TcpOptions) => ({
  nodelay,
  unsentLimitBytes: UNSENT_LIMIT_BYTES,
  ...(cc ? { congestionControl: cc } : {}),
});
