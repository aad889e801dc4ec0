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
  if (isIPv6(host)) return AF_INET6;
  throw new TypeError(`'${host}' is not a numeric IPv4 or IPv6 address`);
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
  const text = Array.from({ length: 8 }, (_, i) => view.getUint16(8 + 2 * i).toString(16)).join(':');
  // RFC 5952: the longest run of zero groups becomes '::'.
  const runs = text.match(/\b0(:0)+\b/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  return {
    host: longest
      ? text
          .replace(longest, ':')
          .replace(/^:(?!:)|(?<!:):$/, '::')
          .replace(/:{3,}/, '::')
      : text,
    port,
  };
}

/** The address that the kernel gave to a bound socket. */
export function localAddress(fd: number): Address {
  const bytes = memory(SOCKADDR_BYTES + 4);
  new DataView(bytes.buffer).setUint32(SOCKADDR_BYTES, SOCKADDR_BYTES, true);
  const base = addressOf(bytes);
  libc.getsockname(fd, base, base + SOCKADDR_BYTES);
  return decodeAddress(bytes);
}
