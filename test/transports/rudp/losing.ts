import type { SimNetwork } from '../../../src/io/sim/network.ts';
import { SERVER_PORT } from './rig.ts';

/** Drops the first `copies` datagrams to the server that `matches`, right before they would arrive. Returns how many are left to drop. */
export function dropToServer(
  network: SimNetwork,
  copies: number,
  matches: (bytes: Uint8Array) => boolean,
): () => number {
  return drop(network, copies, (port) => port === SERVER_PORT, matches);
}

/** The same of datagrams to the client. */
export function dropToClient(
  network: SimNetwork,
  copies: number,
  matches: (bytes: Uint8Array) => boolean,
): () => number {
  return drop(network, copies, (port) => port !== SERVER_PORT, matches);
}

function drop(
  network: SimNetwork,
  copies: number,
  hasPort: (port: number) => boolean,
  matches: (bytes: Uint8Array) => boolean,
): () => number {
  let left = copies;
  const before = network.tap.arriving;
  network.tap = {
    arriving: (datagram) => {
      if (left > 0 && hasPort(datagram.to.port) && matches(datagram.bytes)) {
        left--;
        return 'drop';
      }
      return before?.(datagram);
    },
  };
  return () => left;
}

/** It has these bytes in it somewhere. */
export function holding(content: Uint8Array): (bytes: Uint8Array) => boolean {
  const sought = Buffer.from(content);
  return (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(sought);
}
