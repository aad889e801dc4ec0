import { type Address, formatAddress } from '../address.ts';
import type { DatagramOptions } from '../datagram.ts';
import type { DatagramKind, OpenDatagram } from './datagram-kind.ts';
import * as c from './libc.ts';
import { encodeAddress, localAddress } from './sockaddr.ts';

const DEFAULT_BUFFER_BYTES = 4 << 20;

const UDP: DatagramKind = {
  maxBytes: 65_507,
  limit: 'that UDP over IPv4 can carry',
  segmentation: true,
  ipHeader: false,
  drops: true,
  ends: false,
  breaks: false,
};

export function openUdp(options: DatagramOptions, keep: (fd: number) => void): OpenDatagram {
  const bound = boundBy(options);
  const { family } = encodeAddress(bound);
  const fd = c.check(c.libc.socket(family, c.SOCK_DGRAM | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC, 0), 'socket');
  keep(fd);
  if (family === c.AF_INET6) c.setOption(fd, c.IPPROTO_IPV6, c.IPV6_V6ONLY, 1);
  const settings = configureIp(fd, family, options);
  const gro = c.setOption(fd, c.SOL_UDP, c.UDP_GRO, 1);
  // IP fragments of a batch would not be those of its datagrams.
  const segmentation = options.fragment !== true && c.setOption(fd, c.SOL_UDP, c.UDP_SEGMENT, 0);
  // Connecting binds too, and a socket that was never bound alone has not heard strangers meanwhile.
  if (options.local || !options.remote) bindTo(fd, bound);
  if (options.remote) connectTo(fd, options.remote);
  return { kind: UDP, local: localAddress(fd), segmentation, settings: { ...settings, udp_gro: gro } };
}

/** Where the socket is to be bound: any free port of the remote's family, if nothing was said. */
export const boundBy = ({ local, remote }: DatagramOptions): Address =>
  local ?? { host: remote?.host.includes(':') ? '::' : '0.0.0.0', port: 0 };

/** Fragmentation and buffers of a socket that sends IP packets. */
export function configureIp(fd: number, family: number, options: DatagramOptions): OpenDatagram['settings'] {
  const discovery = options.fragment ? c.PMTUDISC_DONT : c.PMTUDISC_DO;
  if (family === c.AF_INET6) c.setOption(fd, c.IPPROTO_IPV6, c.IPV6_MTU_DISCOVER, discovery);
  else c.setOption(fd, c.IPPROTO_IP, c.IP_MTU_DISCOVER, discovery);
  c.setBuffer(fd, 'receive', options.receiveBufferBytes ?? DEFAULT_BUFFER_BYTES);
  c.setBuffer(fd, 'send', options.sendBufferBytes ?? DEFAULT_BUFFER_BYTES);
  return {
    send_buffer_bytes: c.intOption(fd, c.SOL_SOCKET, c.SO_SNDBUF),
    receive_buffer_bytes: c.intOption(fd, c.SOL_SOCKET, c.SO_RCVBUF),
  };
}

export function bindTo(fd: number, local: Address): void {
  const name = encodeAddress(local);
  c.check(c.libc.bind(fd, c.addressOf(name.bytes), name.length), `bind ${formatAddress(local)}`);
}

export function connectTo(fd: number, remote: Address): void {
  const name = encodeAddress(remote);
  c.check(c.libc.connect(fd, c.addressOf(name.bytes), name.length), `connect ${formatAddress(remote)}`);
}
