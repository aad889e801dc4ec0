import { MAX_PEERS, type Peer } from './datagram.ts';

/** Equal sources are the same object, found without building a key. */
export class PeerTable {
  readonly #hosts = new Map<string, Map<number, Peer>>();
  #count = 0;

  intern(host: string, port: number): Peer {
    const known = this.#hosts.get(host)?.get(port);
    if (known) return known;
    if (this.#count === MAX_PEERS) this.#forget();
    this.#count++;
    const ports = this.#hosts.get(host);
    const peer = { host, port };
    if (ports) ports.set(port, peer);
    else this.#hosts.set(host, new Map([[port, peer]]));
    return peer;
  }

  #forget(): void {
    this.#hosts.clear();
    this.#count = 0;
  }
}
