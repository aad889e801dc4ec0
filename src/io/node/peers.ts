import type { Peer } from '../datagram.ts';

/** Equal sources are the same object, found without building a key. */
export class PeerTable {
  readonly #hosts = new Map<string, Map<number, Peer>>();

  intern(host: string, port: number): Peer {
    let ports = this.#hosts.get(host);
    if (!ports) this.#hosts.set(host, (ports = new Map()));
    let peer = ports.get(port);
    if (!peer) ports.set(port, (peer = { host, port }));
    return peer;
  }
}
