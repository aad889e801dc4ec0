import * as c from './libc.ts';

/** A packet socket (packet(7)) that hears nothing until it is bound: else it would hear every interface meanwhile. */
export function packetSocket(): number {
  return c.check(c.libc.socket(c.AF_PACKET, c.SOCK_RAW | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC, 0), 'packet socket');
}

/** `protocol` 0: for sending only. */
export function bindPacketSocket(fd: number, interfaceIndex: number, protocol: number): void {
  // struct sockaddr_ll: family, protocol in network order, ifindex, ...
  const name = c.memory(20);
  const view = new DataView(name.buffer);
  view.setUint16(0, c.AF_PACKET, true);
  view.setUint16(2, protocol, false);
  view.setInt32(4, interfaceIndex, true);
  c.check(c.libc.bind(fd, c.addressOf(name), name.length), `bind to interface ${interfaceIndex}`);
}
