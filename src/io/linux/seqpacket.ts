import type { Address } from '../address.ts';
import type { SeqpacketListener, SeqpacketSocket } from '../seqpacket.ts';
import type { DatagramArena } from './arena.ts';
import { LinuxDatagramSocket } from './datagram.ts';
import type { OpenDatagram } from './datagram-kind.ts';
import * as c from './libc.ts';
import { LinuxListener } from './listener.ts';
import type { LinuxLoop } from './loop.ts';
import { localAddress } from './sockaddr.ts';
import { connectTo } from './udp.ts';
import { configureUnix, UNIX_SEQPACKET } from './unix.ts';

const described = (fd: number): OpenDatagram => ({
  kind: UNIX_SEQPACKET,
  local: localAddress(fd),
  segmentation: false,
  settings: configureUnix(fd, undefined),
});

export function openSeqpacket(remote: Address, keep: (fd: number) => void): OpenDatagram {
  const type = c.SOCK_SEQPACKET | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC;
  const fd = c.check(c.libc.socket(c.AF_UNIX, type, 0), 'socket');
  keep(fd);
  connectTo(fd, remote);
  return described(fd);
}

export class LinuxSeqpacketListener extends LinuxListener implements SeqpacketListener {
  onSocket: (socket: SeqpacketSocket) => void = () => {};
  readonly #arena: DatagramArena;

  constructor(loop: LinuxLoop, arena: DatagramArena, local: Address) {
    super(loop, local, c.SOCK_SEQPACKET, () => {});
    this.#arena = arena;
  }

  protected override accepted(fd: number, remote: Address): void {
    this.onSocket(LinuxDatagramSocket.accepted(this.loop, this.#arena, fd, remote, described(fd)));
  }
}
