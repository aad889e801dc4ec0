import * as c from './libc.ts';

/** A packet socket (packet(7)) that hears nothing until it is bound: else it would hear every interface meanwhile. */
export function packetSocket(): number {
  return c.check(c.libc.socket(c.AF_PACKET, c.SOCK_RAW | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC, 0), 'packet socket');
}

/** Throws what is wrong with the socket, such as that its interface is gone: it would be reported for ever. */
export function throwPending(fd: number, interfaceName: string): void {
  const pending = c.intOption(fd, c.SOL_SOCKET, c.SO_ERROR);
  if (pending !== 0) throw c.systemError(`interface ${interfaceName}`, pending);
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
