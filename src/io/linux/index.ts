import { type Address, isUnix } from '../address.ts';
import type { DatagramOptions } from '../datagram.ts';
import type { Io } from '../io.ts';
import { DatagramArena } from './arena.ts';
import { LinuxDatagramSocket } from './datagram.ts';
import type { OpenDatagram } from './datagram-kind.ts';
import * as c from './libc.ts';
import { LinuxLoop } from './loop.ts';
import { openRaw } from './raw.ts';
import { LinuxSeqpacketListener, openSeqpacket } from './seqpacket.ts';
import { encodeAddress } from './sockaddr.ts';
import { LinuxStreamListener, LinuxStreamSocket } from './stream.ts';
import { boundBy, openUdp } from './udp.ts';
import { openUnixDatagram } from './unix.ts';

export interface LinuxIo extends Io {
  readonly loop: LinuxLoop;
}

/** The kernel's own calls on a loop that blocks its thread: meant for a worker thread. */
export function linuxIo(): LinuxIo {
  const loop = new LinuxLoop();
  let arena: DatagramArena | undefined;
  const sharedArena = (): DatagramArena => {
    arena ??= new DatagramArena();
    return arena;
  };
  const datagram = (remote: Address | undefined, open: (keep: (fd: number) => void) => OpenDatagram) =>
    new LinuxDatagramSocket(loop, sharedArena(), remote, open);
  return {
    name: 'linux',
    loop,
    datagram: (options) => datagram(options.remote, (keep) => openDatagram(options, keep)),
    listen: (local, options) => new LinuxStreamListener(loop, local, options),
    connect: (remote, options) => LinuxStreamSocket.connecting(loop, remote, options),
    listenSeqpacket: (local) => new LinuxSeqpacketListener(loop, sharedArena(), local),
    connectSeqpacket: (remote) => datagram(remote, (keep) => openSeqpacket(remote, keep)),
    raw: (options) => datagram(options.remote, (keep) => openRaw(options, keep)),
    pathMtu,
  };
}

function openDatagram(options: DatagramOptions, keep: (fd: number) => void): OpenDatagram {
  const { host } = boundBy(options);
  return isUnix(options.remote?.host ?? host) ? openUnixDatagram(options, keep) : openUdp(options, keep);
}

/** What the kernel's routing table and path MTU cache say: asked of a socket connected there, which sends nothing. */
function pathMtu(host: string): number {
  const name = encodeAddress({ host, port: 9 } satisfies Address);
  const fd = c.check(c.libc.socket(name.family, c.SOCK_DGRAM | c.SOCK_CLOEXEC, 0), 'socket');
  try {
    c.check(c.libc.connect(fd, c.addressOf(name.bytes), name.length), `route to ${host}`);
    const v6 = name.family === c.AF_INET6;
    return v6 ? c.intOption(fd, c.IPPROTO_IPV6, c.IPV6_MTU) : c.intOption(fd, c.IPPROTO_IP, c.IP_MTU);
  } finally {
    c.libc.close(fd);
  }
}
