import { z } from 'zod';
import { FRAME_HEADER_BYTES } from '../wire/frame.ts';
import { MAX_MESSAGE_BYTES, StreamConnection, StreamTransportListener } from './stream-connection.ts';
import type { Traits, Transport } from './transport.ts';
import { UNIX_TRAITS, unixAddress, unixPeer } from './unix-kind.ts';

const options = z.strictObject({});
type UnixStreamOptions = z.output<typeof options>;

const TRAITS: Traits = { ...UNIX_TRAITS, framing: 'stream', sockets: 'stream', connection: true };

/** As tcp, within one host: what TCP's protocol costs is the difference. */
export const unixStream: Transport<UnixStreamOptions> = { ...make(true), unframed: make(false) };

function make(framed: boolean): Transport<UnixStreamOptions> {
  const kind = { name: 'unix-stream', framed };
  const traits: Traits = framed ? TRAITS : { ...TRAITS, framing: 'bytes' };
  return {
    name: 'unix-stream',
    summary: 'a byte stream within one host (AF_UNIX, SOCK_STREAM); messages are length-prefixed on it',
    options,
    only: 'loopback',
    io: 'linux',
    traits: () => traits,
    maxMessageBytes: () => MAX_MESSAGE_BYTES,
    // There is no wire, hence nothing but what is copied.
    wireBytes: (size) => size + (framed ? FRAME_HEADER_BYTES : 0),
    listen: (io, local) => new StreamTransportListener(io, unixAddress(local), {}, kind),
    connect: (io, remote) => new StreamConnection(io.loop, io.connect(unixPeer(remote), {}), kind),
  };
}
