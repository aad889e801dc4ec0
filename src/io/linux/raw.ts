import type { RawOptions } from '../raw.ts';
import type { DatagramKind, OpenDatagram } from './datagram-kind.ts';
import { attachFilter } from './filter.ts';
import * as c from './libc.ts';
import { encodeAddress, localAddress } from './sockaddr.ts';
import { bindTo, boundBy, configureIp, connectTo } from './udp.ts';

const RAW: DatagramKind = {
  // What the 16-bit length of an IPv4 packet leaves.
  maxBytes: 65_515,
  limit: 'that an IPv4 packet can carry',
  segmentation: false,
  ipHeader: true,
  drops: true,
  ends: false,
  breaks: false,
};
/** The kernel strips the headers of IPv6 itself (RFC 3542). */
const RAW_V6: DatagramKind = { ...RAW, ipHeader: false };

export function openRaw(options: RawOptions, keep: (fd: number) => void): OpenDatagram {
  const bound = boundBy(options);
  const { family } = encodeAddress(bound);
  const type = c.SOCK_RAW | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC;
  const fd = c.check(
    c.libc.socket(family, type, options.protocol),
    `raw socket of IP protocol ${options.protocol}, which takes root or CAP_NET_RAW`,
  );
  keep(fd);
  const kind = family === c.AF_INET6 ? RAW_V6 : RAW;
  if (options.only) attachFilter(fd, options.only, kind.ipHeader);
  const settings = configureIp(fd, family, options);
  // A port would be taken for a protocol.
  bindTo(fd, { ...bound, port: 0 });
  if (options.remote) connectTo(fd, { ...options.remote, port: 0 });
  return { kind, local: { host: localAddress(fd).host, port: 0 }, segmentation: false, settings };
}
