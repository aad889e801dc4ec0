import type { Peer } from '../datagram.ts';

/** Equal sources are the same object, found without building a key. */
export class PeerTable {
  readonly #hosts = new Map<string, Map<number, Peer>>();

  intern(host: string, port: number): Peer {
    const ports = this.#hosts.get(host);
    const known = ports?.get(port);
    if (known) return known;
    const peer = { host, port };
    if (ports) ports.set(port, peer);
    else this.#hosts.set(host, new Map([[port, peer]]));
    return peer;
  }
}
