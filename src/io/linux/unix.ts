import type { DatagramOptions } from '../datagram.ts';
import type { DatagramKind, OpenDatagram } from './datagram-kind.ts';
import * as c from './libc.ts';
import { localAddress } from './sockaddr.ts';
import { bindTo, connectTo } from './udp.ts';

const UNIX = {
  // The kernel takes SO_SNDBUF less 32 bytes in one, which is more.
  maxBytes: 65_536,
  limit: 'that fit into one read',
  segmentation: false,
  ipHeader: false,
  drops: false,
  breaks: true,
};

export const UNIX_DATAGRAM: DatagramKind = { ...UNIX, ends: false };
export const UNIX_SEQPACKET: DatagramKind = { ...UNIX, ends: true };

/** A datagram socket of AF_UNIX. It always has a name, for whoever hears from it to answer. */
export function openUnixDatagram(options: DatagramOptions, keep: (fd: number) => void): OpenDatagram {
  const fd = c.check(c.libc.socket(c.AF_UNIX, c.SOCK_DGRAM | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC, 0), 'socket');
  keep(fd);
  bindTo(fd, options.local ?? { host: '@', port: 0 });
  if (options.remote) connectTo(fd, options.remote);
  const settings = configureUnix(fd, options.sendBufferBytes);
  return { kind: UNIX_DATAGRAM, local: localAddress(fd), segmentation: false, settings };
}

/** Only what is sent counts: what lies unread at the receiver is held against the sender's buffer. */
export function configureUnix(fd: number, sendBufferBytes: number | undefined): OpenDatagram['settings'] {
  if (sendBufferBytes !== undefined) c.setBuffer(fd, 'send', sendBufferBytes);
  return { send_buffer_bytes: c.intOption(fd, c.SOL_SOCKET, c.SO_SNDBUF) };
}
