/**
 * The few things that a link does to the packets that cross it, in place, on whole Ethernet frames: IPv4 and IPv6 without
 * extension headers, with TCP or UDP inside (RFC 791, 8200, 768, 9293).
 */
const ETHERNET_BYTES = 14;
const IPV4_BYTES = 20;
const IPV6_BYTES = 40;
const TCP = 6;
const UDP = 17;
const TCP_BYTES = 20;
const UDP_BYTES = 8;
const CE = 3;

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] << 8) | bytes[at + 1];

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 0xff;
}

/** RFC 1624, equation 3: the checksum at `at` after a 16-bit word that it covers has changed. */
function adjust(bytes: Uint8Array, at: number, before: number, after: number): void {
  let sum = (~u16(bytes, at) & 0xffff) + (~before & 0xffff) + after;
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  put16(bytes, at, ~sum & 0xffff);
}

/** 4, 6, or 0 for what is no IP packet, or has not the whole header of one. */
function ipVersion(bytes: Uint8Array, start: number, length: number): 0 | 4 | 6 {
  if (length < ETHERNET_BYTES + IPV4_BYTES) return 0;
  const type = u16(bytes, start + 12);
  const ip = start + ETHERNET_BYTES;
  if (type === 0x0800) {
    const header = ipv4HeaderBytes(bytes, ip);
    return header >= IPV4_BYTES && length >= ETHERNET_BYTES + header ? 4 : 0;
  }
  return type === 0x86dd && length >= ETHERNET_BYTES + IPV6_BYTES ? 6 : 0;
}

const ipv4HeaderBytes = (bytes: Uint8Array, ip: number): number => 4 * (bytes[ip] & 15);

const isFragment = (bytes: Uint8Array, ip: number): boolean => (u16(bytes, ip + 6) & 0x3fff) !== 0;

/** Where the header of TCP or UDP begins; -1 when there is none, or not all of its fixed part. */
function transportStart(bytes: Uint8Array, start: number, length: number): number {
  const ip = start + ETHERNET_BYTES;
  const version = ipVersion(bytes, start, length);
  if (version === 0 || (version === 4 && isFragment(bytes, ip))) return -1;
  const protocol = protocolOf(bytes, ip, version);
  if (protocol !== TCP && protocol !== UDP) return -1;
  const header = ip + (version === 4 ? ipv4HeaderBytes(bytes, ip) : IPV6_BYTES);
  const whole = header + (protocol === TCP ? TCP_BYTES : UDP_BYTES);
  return whole <= packetEnd(bytes, start, length, version) ? header : -1;
}

const protocolOf = (bytes: Uint8Array, ip: number, version: 4 | 6): number => bytes[version === 4 ? ip + 9 : ip + 6];

/** Past the last byte of the IP packet that is in the frame: short frames are padded, others may be cut. */
function packetEnd(bytes: Uint8Array, start: number, length: number, version: 4 | 6): number {
  const ip = start + ETHERNET_BYTES;
  const end = version === 4 ? ip + u16(bytes, ip + 2) : ip + IPV6_BYTES + u16(bytes, ip + 4);
  return Math.min(end, start + length);
}

/** Inverts one bit of the frame of `length` bytes at `start`; `at`, in [0, 1), says which. */
export function invertBit(bytes: Uint8Array, start: number, length: number, at: number): void {
  const bit = Math.floor(at * length * 8);
  bytes[start + (bit >> 3)] ^= 1 << (bit & 7);
}

/** The same within the payload of TCP or UDP, with the checksum made right again. False when there is no payload. */
export function invertPayloadBit(bytes: Uint8Array, start: number, length: number, at: number): boolean {
  const header = transportStart(bytes, start, length);
  if (header < 0) return false;
  const version = ipVersion(bytes, start, length) === 4 ? 4 : 6;
  const isTcp = protocolOf(bytes, start + ETHERNET_BYTES, version) === TCP;
  const headerBytes = isTcp ? 4 * (bytes[header + 12] >> 4) : UDP_BYTES;
  // A TCP header that says it is shorter than it can be does not tell where its payload begins.
  if (isTcp && headerBytes < TCP_BYTES) return false;
  const payload = header + headerBytes;
  const end = packetEnd(bytes, start, length, version);
  if (end <= payload) return false;
  const bit = Math.floor(at * (end - payload) * 8);
  const byte = payload + (bit >> 3);
  // Checksums are sums of words that are counted from the transport's header.
  const word = byte - ((byte - header) & 1);
  const before = wordAt(bytes, word, end);
  bytes[byte] ^= 1 << (bit & 7);
  const checksum = header + (isTcp ? 16 : 6);
  // 0 means that the sender of a UDP datagram over IPv4 made none, and that a sum of 0 is written as its complement.
  if (!isTcp && u16(bytes, checksum) === 0) return true;
  adjust(bytes, checksum, before, wordAt(bytes, word, end));
  if (!isTcp && u16(bytes, checksum) === 0) put16(bytes, checksum, 0xffff);
  return true;
}

/** The word at `at`; an odd last byte counts as if a 0 followed. */
const wordAt = (bytes: Uint8Array, at: number, end: number): number =>
  (bytes[at] << 8) | (at + 1 < end ? bytes[at + 1] : 0);

/** Marks the packet Congestion Experienced (RFC 3168); false when its ends do not use ECN, or the header is not whole. */
export function markCongestion(bytes: Uint8Array, start: number, length: number): boolean {
  const ip = start + ETHERNET_BYTES;
  const version = ipVersion(bytes, start, length);
  if (version === 4) {
    if ((bytes[ip + 1] & CE) === 0) return false;
    const before = u16(bytes, ip);
    bytes[ip + 1] |= CE;
    adjust(bytes, ip + 10, before, u16(bytes, ip));
    return true;
  }
  if (version !== 6 || (bytes[ip + 1] & (CE << 4)) === 0) return false;
  bytes[ip + 1] |= CE << 4;
  return true;
}

/** 32 bits over addresses, protocol and ports: equal for packets of one flow (FNV-1a); 0 for what has no whole IP header. */
export function flowHash(bytes: Uint8Array, start: number, length: number): number {
  const ip = start + ETHERNET_BYTES;
  const version = ipVersion(bytes, start, length);
  if (version === 0) return 0;
  const addresses = version === 4 ? ip + 12 : ip + 8;
  const addressBytes = version === 4 ? 8 : 32;
  let hash = mix(0x811c9dc5, protocolOf(bytes, ip, version));
  for (let i = addresses; i < addresses + addressBytes; i++) hash = mix(hash, bytes[i]);
  const header = transportStart(bytes, start, length);
  if (header >= 0) for (let i = header; i < header + 4; i++) hash = mix(hash, bytes[i]);
  return hash >>> 0;
}

const mix = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);
