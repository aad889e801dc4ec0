import { isIPv4, isIPv6 } from 'node:net';
import { type Address, isUnix } from '../address.ts';
import { AF_INET, AF_INET6, AF_UNIX, addressOf, libc, memory } from './libc.ts';

/** Bytes of a `struct sockaddr_un`, the largest, and of what the others have. */
export const SOCKADDR_BYTES = 110;
const IPV4_BYTES = 16;
const IPV6_BYTES = 28;
/** Of a name in the abstract namespace, behind the family and the zero byte that marks it. */
const NAME = 3;
const FAMILY_BYTES = 2;
const LENGTH_AT = 112;

export interface SocketAddress {
  readonly family: number;
  readonly bytes: Uint8Array;
  readonly length: number;
}

export function familyOf(host: string): number {
  if (isIPv4(host)) return AF_INET;
  if (isIPv6(host) && !host.includes('%')) return AF_INET6;
  if (isUnix(host)) return AF_UNIX;
  throw new TypeError(
    `'${host}' is neither a numeric IPv4 or IPv6 address nor a name that begins with '@' (link-local ones with a zone are not supported)`,
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
  if (family === AF_UNIX) return { family, ...encodeName(host.slice(1), bytes) };
  view.setUint16(2, port);
  if (family === AF_INET) {
    for (const [i, part] of host.split('.').entries()) view.setUint8(4 + i, Number(part));
    return { family, bytes: bytes.subarray(0, IPV4_BYTES), length: IPV4_BYTES };
  }
  for (const [i, group] of groups(host).entries()) view.setUint16(8 + 2 * i, group);
  return { family, bytes: bytes.subarray(0, IPV6_BYTES), length: IPV6_BYTES };
}

/** The family alone asks for a free name. */
function encodeName(name: string, bytes: Uint8Array): Pick<SocketAddress, 'bytes' | 'length'> {
  const { read, written } = new TextEncoder().encodeInto(name, bytes.subarray(NAME));
  if (read < name.length) {
    throw new TypeError(`'@${name}' is too long: a name has ${SOCKADDR_BYTES - NAME} bytes at most`);
  }
  const length = name === '' ? FAMILY_BYTES : NAME + written;
  return { bytes: bytes.subarray(0, length), length };
}

/** Of `length` bytes. A unix socket that is bound to nothing, or to a file, cannot be answered: it is `@`. */
export function decodeAddress(bytes: Uint8Array, offset = 0, length: number = bytes.length - offset): Address {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
  if (length <= FAMILY_BYTES || view.getUint16(0, true) === AF_UNIX) {
    const named = length > NAME && view.getUint8(2) === 0;
    const name = named ? new TextDecoder().decode(bytes.subarray(offset + NAME, offset + length)) : '';
    return { host: `@${name}`, port: 0 };
  }
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
  libc.getsockname(fd, asked.address, asked.lengthAddress);
  return asked.take();
}

/** Where a system call puts a name and its length. */
export class NameBuffer {
  readonly #bytes = memory(LENGTH_AT + 4);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly address: number = addressOf(this.#bytes);
  readonly lengthAddress: number = this.address + LENGTH_AT;

  constructor() {
    this.#reset();
  }

  /** What the latest call has put there; ready for the next. */
  take(): Address {
    const address = decodeAddress(this.#bytes, 0, this.#view.getUint32(LENGTH_AT, true));
    this.#reset();
    return address;
  }

  #reset(): void {
    this.#view.setUint32(LENGTH_AT, SOCKADDR_BYTES, true);
  }
}

const asked = new NameBuffer();
