import { CLIENT, SERVER } from '../../../src/lab/addresses.ts';

/** UDP datagrams in whole Ethernet frames (RFC 768, 791), the same at every call: each has its number in it, and else no news. */
const HEADERS = 14 + 20 + 8;
const IP = 14;
const UDP = IP + 20;
const DISCARD = 9;
/** In a frame: behind the number of the datagram. */
export const PAYLOAD_START = HEADERS + 4;

const ENDS = { e0: [CLIENT, SERVER], e1: [SERVER, CLIENT] } as const;

/** What a datagram says behind its number; there to be compared with. */
export const payloadByte = (i: number): number => (i * 37) & 0xff;

/** `out`: the interface that it leaves at. `to`: an IPv4 address, which the other end's hardware gets in any case. */
export function datagram(out: keyof typeof ENDS, to: string, number: number, bytes: number): Uint8Array {
  const [from, towards] = ENDS[out];
  const frame = Buffer.alloc(bytes);
  frame.set(hardware(towards.mac), 0);
  frame.set(hardware(from.mac), 6);
  frame.writeUInt16BE(0x0800, 12);
  frame.writeUInt16BE(0x4500, IP);
  frame.writeUInt16BE(bytes - IP, IP + 2);
  frame.writeUInt16BE(number & 0xffff, IP + 4);
  frame.set([64, 17], IP + 8);
  frame.set([...octets(from.v4), ...octets(to)], IP + 12);
  frame.writeUInt16BE(checksum(frame.subarray(IP, UDP), 0), IP + 10);
  frame.writeUInt16BE(DISCARD, UDP);
  frame.writeUInt16BE(DISCARD, UDP + 2);
  frame.writeUInt16BE(bytes - UDP, UDP + 4);
  frame.writeUInt32BE(number, HEADERS);
  for (let i = PAYLOAD_START; i < bytes; i++) frame[i] = payloadByte(i);
  // Over addresses, protocol and length too.
  const pseudo = sum(frame.subarray(IP + 12, UDP), 17 + bytes - UDP);
  frame.writeUInt16BE(checksum(frame.subarray(UDP), pseudo) || 0xffff, UDP + 6);
  return frame;
}

const hardware = (mac: string): number[] => mac.split(':').map((byte) => Number.parseInt(byte, 16));
const octets = (v4: string): number[] => v4.split('.').map(Number);

function sum(words: Buffer, start: number): number {
  let total = start;
  for (let i = 0; i < words.length; i++) total += i % 2 === 0 ? words[i] << 8 : words[i];
  return total;
}

/** RFC 1071. */
function checksum(words: Buffer, start: number): number {
  let total = sum(words, start);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}
