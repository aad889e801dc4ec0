import { MAX_PEERS, type Peer } from '../datagram.ts';
import { decodeAddress, SOCKADDR_BYTES } from './sockaddr.ts';

/** The sources that a socket has heard, interned. The latest is recognised by its bytes, without making a text of them. */
export class PeerTable {
  readonly #known = new Map<string, Peer>();
  readonly #latestName = new Uint8Array(SOCKADDR_BYTES);
  #latestBytes = 0;
  #latest: Peer | undefined;

  /** Of the `struct sockaddr` of `bytes` bytes at `offset`. */
  at(names: Uint8Array, offset: number, bytes: number): Peer {
    if (this.#latest && bytes === this.#latestBytes && sameBytes(names, offset, this.#latestName, 0, bytes)) {
      return this.#latest;
    }
    const address = decodeAddress(names, offset, bytes);
    const key = `${address.host} ${address.port}`;
    const peer = this.#known.get(key) ?? this.#add(key, address);
    this.#latestName.set(names.subarray(offset, offset + bytes));
    this.#latestBytes = bytes;
    this.#latest = peer;
    return peer;
  }

  #add(key: string, peer: Peer): Peer {
    if (this.#known.size === MAX_PEERS) this.#known.clear();
    this.#known.set(key, peer);
    return peer;
  }
}

export function sameBytes(a: Uint8Array, from: number, b: Uint8Array, to: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (a[from + i] !== b[to + i]) return false;
  return true;
}
