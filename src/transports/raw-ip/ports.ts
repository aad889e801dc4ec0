/**
 * What stands between the IP header and a message: the ports of source and destination, 16 bits each in network order, as UDP's
 * header (RFC 768) begins. The IP header tells the length; there is no checksum.
 */
export const PORTS_BYTES = 4;

export const SOURCE_PORT = 0;
export const DESTINATION_PORT = 2;

export function writePorts(bytes: Uint8Array, at: number, source: number, destination: number): void {
  bytes[at] = source >>> 8;
  bytes[at + 1] = source;
  bytes[at + 2] = destination >>> 8;
  bytes[at + 3] = destination;
}
