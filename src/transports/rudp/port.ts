import type { DatagramSocket, Peer } from '../../io/datagram.ts';
import type { Engine } from './engine/engine.ts';
import { Outbox } from './outbox.ts';

/** Whoever has packets that found no room in the socket. */
export interface Waiting {
  /** There is room again. */
  flush(): void;
}

/** A datagram socket and the packets on their way to it, shared by all of its connections. */
export class Port {
  readonly socket: DatagramSocket;
  readonly #outbox = new Outbox();
  readonly #waiting = new Set<Waiting>();
  /** Whose packets are left in the outbox; meanwhile nobody else's may be put there. */
  #blockedPeer: { readonly peer: Peer | undefined } | undefined;

  constructor(socket: DatagramSocket) {
    this.socket = socket;
    socket.onWritable = () => this.#resume();
  }

  /** Sends what the engine has for `now`; false: the rest waits for room. */
  flush(engine: Engine, peer: Peer | undefined, now: number, waiting: Waiting): boolean {
    if (this.#blockedPeer) {
      this.#waiting.add(waiting);
      return false;
    }
    const outbox = this.#outbox;
    for (;;) {
      engine.fill(now, outbox);
      if (outbox.empty) return true;
      if (outbox.drain(this.socket, peer)) continue;
      this.#blockedPeer = { peer };
      this.#waiting.add(waiting);
      return false;
    }
  }

  /** A packet of the handshake: lost when there is no room, as on the way. */
  sendNow(packet: Uint8Array, peer: Peer | undefined): void {
    if (!this.#blockedPeer) this.socket.send(packet, 0, packet.length, 1, peer);
  }

  forget(waiting: Waiting): void {
    this.#waiting.delete(waiting);
  }

  #resume(): void {
    const blocked = this.#blockedPeer;
    if (blocked && !this.#outbox.drain(this.socket, blocked.peer)) return;
    this.#blockedPeer = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const each of waiting) each.flush();
  }
}
