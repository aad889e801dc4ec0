import { isIPv4, isIPv6 } from 'node:net';
import type { Address } from '../address.ts';
import { AF_INET, AF_INET6, addressOf, libc, memory } from './libc.ts';

/** Bytes of a `struct sockaddr_in6`, the larger of the two. */
export const SOCKADDR_BYTES = 28;

export interface SocketAddress {
  readonly family: number;
  readonly bytes: Uint8Array;
  readonly length: number;
}

export function familyOf(host: string): number {
  if (isIPv4(host)) return AF_INET;
  if (isIPv6(host) && !host.includes('%')) return AF_INET6;
  throw new TypeError(
    `'${host}' is not a numeric IPv4 or IPv6 address (link-local ones with a zone are not supported)`,
  );
}

/** The groups of an IPv6 address, `::` and a dotted tail expanded. */
function groups(host: string): number[] {
  const dotted = host.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [(+a << 8) | +b, (+c << 8) | +d].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = dotted.split('::');
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return parse(head);
  const [front, back] = [parse(head), parse(tail)];
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}

export function encodeAddress({ host, port }: Address): SocketAddress {
  const family = familyOf(host);
  const bytes = memory(SOCKADDR_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, family, true);
  view.setUint16(2, port);
  if (family === AF_INET) {
    for (const [i, part] of host.split('.').entries()) view.setUint8(4 + i, Number(part));
    return { family, bytes, length: 16 };
  }
  for (const [i, group] of groups(host).entries()) view.setUint16(8 + 2 * i, group);
  return { family, bytes, length: SOCKADDR_BYTES };
}

export function decodeAddress(bytes: Uint8Array, offset = 0): Address {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, SOCKADDR_BYTES);
  const port = view.getUint16(2);
  if (view.getUint16(0, true) === AF_INET) {
    return { host: `${view.getUint8(4)}.${view.getUint8(5)}.${view.getUint8(6)}.${view.getUint8(7)}`, port };
  }
  return { host: formatGroups(Array.from({ length: 8 }, (_, i) => view.getUint16(8 + 2 * i))), port };
}

/** RFC 5952: lower case, no leading zeros, `::` for the longest (of equals, the first) run of at least two zero groups. */
function formatGroups(values: readonly number[]): string {
  let [start, length] = [0, 1];
  for (let i = 0, run = 0; i < 8; i++) {
    run = values[i] === 0 ? run + 1 : 0;
    if (run > length) [start, length] = [i - run + 1, run];
  }
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  return length < 2 ? hex(values) : `${hex(values.slice(0, start))}::${hex(values.slice(start + length))}`;
}

/** The address that the kernel gave to a bound socket. */
export function localAddress(fd: number): Address {
  const bytes = memory(SOCKADDR_BYTES + 4);
  new DataView(bytes.buffer).setUint32(SOCKADDR_BYTES, SOCKADDR_BYTES, true);
  const base = addressOf(bytes);
  libc.getsockname(fd, base, base + SOCKADDR_BYTES);
  return decodeAddress(bytes);
}
