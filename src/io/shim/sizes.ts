import { ETHERNET_HEADER_BYTES, ipHeaderBytes, UDP_HEADER_BYTES } from '../headers.ts';

/** As in the lab. */
export const SHIM_MTU = 1500;

/** The largest payload of a datagram that fits into one packet, from a socket of `host`'s family. */
export const maxPayloadBytes = (host: string, mtu: number = SHIM_MTU): number =>
  mtu - ipHeaderBytes(host) - UDP_HEADER_BYTES;

/** The frame around a payload: with it rates and counts mean what they mean in the lab. */
export const frameHeaderBytes = (host: string): number =>
  ETHERNET_HEADER_BYTES + ipHeaderBytes(host) + UDP_HEADER_BYTES;
