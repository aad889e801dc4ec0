import { isIPv6 } from 'node:net';
import type { Address } from '../address.ts';
import type { DatagramOptions } from '../datagram.ts';
import { systemError } from './errors.ts';
import type { SimSocket } from './socket.ts';

/** The range of RFC 6335. */
const FIRST_EPHEMERAL = 49_152;
const PORTS = 65_536;

/** Who is bound to which port of a host. */
export class Ports {
  readonly #host: string;
  readonly #wildcard: string;
  readonly #bound = new Map<number, SimSocket>();
  #next = FIRST_EPHEMERAL;

  constructor(host: string) {
    this.#host = host;
    this.#wildcard = isIPv6(host) ? '::' : '0.0.0.0';
  }

  at(port: number): SimSocket | undefined {
    return this.#bound.get(port);
  }

  /** Where `socket` is bound from now on, or why it cannot be, as the kernel would say. */
  bind(socket: SimSocket, { local, remote }: DatagramOptions): Address | Error {
    const asked = local?.host ?? (remote ? this.#host : this.#wildcard);
    if (asked !== this.#host && asked !== this.#wildcard) {
      return systemError('EADDRNOTAVAIL', `bind: ${asked} is not the address of this host, ${this.#host}`);
    }
    const port = local?.port || this.#free();
    if (this.#bound.has(port)) return systemError('EADDRINUSE', `bind: port ${port} of ${this.#host} is in use`);
    this.#bound.set(port, socket);
    // Who is connected has the address that it sends from.
    return { host: remote ? this.#host : asked, port };
  }

  release(port: number, socket: SimSocket): void {
    if (this.#bound.get(port) === socket) this.#bound.delete(port);
  }

  /** One after the other, so that a port is not used again soon; the first of them when none is free. */
  #free(): number {
    for (let tries = FIRST_EPHEMERAL; tries < PORTS; tries++) {
      const port = this.#next++;
      if (this.#next === PORTS) this.#next = FIRST_EPHEMERAL;
      if (!this.#bound.has(port)) return port;
    }
    return FIRST_EPHEMERAL;
  }
}
