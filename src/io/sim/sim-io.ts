import type { Address } from '../address.ts';
import type { DatagramOptions, Peer } from '../datagram.ts';
import type { Io } from '../io.ts';
import { LINUX_ONLY } from '../linux-only.ts';
import type { Timer } from '../loop.ts';
import { maxPayloadBytes, SHIM_MTU } from '../shim/sizes.ts';
import { noStreams } from './errors.ts';
import type { SimLink } from './link.ts';
import type { SimLoop } from './loop.ts';
import type { SimNetwork } from './network.ts';
import { Ports } from './ports.ts';
import { SendRoom } from './send-room.ts';
import { SimSocket } from './socket.ts';

const DEFAULT_RECEIVE_BYTES = 4 << 20;
const DEFAULT_INTERFACE_BPS = 10e9;

export interface HostOptions {
  /** What all that it sends passes, also to itself; absent: one of its own without impairment. */
  readonly link?: SimLink;
  /** Of sockets that do not ask for others. Receive: 4 MiB, of payload; send: unlimited. */
  readonly receiveBufferBytes?: number;
  readonly sendBufferBytes?: number;
  /** How fast a send buffer that has a limit empties, bit/s. Default 10 Gbit/s. It delays nothing. */
  readonly interfaceBps?: number;
}

/** A host of a {@link SimNetwork}, as the `Io` of what runs on it. */
export class SimIo implements Io {
  readonly name = 'sim';
  readonly loop: SimLoop;
  readonly address: string;
  readonly link: SimLink;
  readonly receiveBufferBytes: number;
  readonly sendBufferBytes: number;
  readonly #interfaceBps: number;
  readonly #network: SimNetwork;
  readonly #ports: Ports;
  /** Sockets that something waits for. */
  readonly #waiting: SimSocket[] = [];
  readonly #turn: Timer;
  #pausedUntil = -Infinity;

  constructor(network: SimNetwork, address: string, link: SimLink, options: HostOptions) {
    this.#network = network;
    this.loop = network.loop;
    this.address = address;
    this.link = link;
    this.receiveBufferBytes = options.receiveBufferBytes ?? DEFAULT_RECEIVE_BYTES;
    this.sendBufferBytes = options.sendBufferBytes ?? Infinity;
    this.#interfaceBps = options.interfaceBps ?? DEFAULT_INTERFACE_BPS;
    this.#ports = new Ports(address);
    this.#turn = network.loop.timer(() => this.#takeTurn());
  }

  /** `fragment` is of no effect: nothing above the 1500 bytes of the interface is sent. */
  datagram(options: DatagramOptions): SimSocket {
    return new SimSocket(this, options);
  }

  listen(): never {
    throw noStreams();
  }

  connect(): never {
    throw noStreams();
  }

  readonly listenSeqpacket = LINUX_ONLY.listenSeqpacket;
  readonly connectSeqpacket = LINUX_ONLY.connectSeqpacket;
  readonly raw = LINUX_ONLY.raw;

  /** Of the interface, where nobody is told of the path's. */
  pathMtu(): number {
    return this.link.oversize === 'refuse' ? this.link.mtu : SHIM_MTU;
  }

  /** Its sockets hear nothing for `ns`, as if its thread were held up: what arrives waits in their buffers. Timers go on. */
  pause(ns: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.loop.now() + ns);
    if (this.#waiting.length > 0) this.#turn.arm(this.#pausedUntil);
  }

  #takeTurn(): void {
    const now = this.loop.now();
    // Those that begin to wait meanwhile have armed the timer for the next turn.
    for (let left = this.#waiting.length; left > 0 && now >= this.#pausedUntil; left--)
      this.#waiting.shift()?.turn(now);
  }

  // What follows is for the sockets and the network.

  expectTurn(socket: SimSocket): void {
    this.#waiting.push(socket);
    this.#turn.arm(Math.max(this.loop.now(), this.#pausedUntil));
  }

  offer(socket: SimSocket, slab: Uint8Array, offset: number, size: number, count: number, to: Peer): void {
    const { sent } = this.#network.tap;
    for (let i = 0; sent && i < count; i++) {
      const at = offset + i * size;
      sent({ at: this.loop.now(), from: socket.name, to, bytes: slab.subarray(at, at + size) });
    }
    this.link.offer(socket, slab, offset, size, count, to);
  }

  /** Out of the link; returns `count`, as all of it is off the link's hands. */
  carry(socket: SimSocket, bytes: Uint8Array, offset: number, size: number, count: number, to: Peer): number {
    if (size > maxPayloadBytes(this.address, this.link.mtu)) this.link.vanished += count;
    else for (let i = 0; i < count; i++) this.#network.arrive(socket, bytes, offset + i * size, size, to);
    return count;
  }

  nextFlow(): number {
    return this.#network.nextFlow();
  }

  intern({ host, port }: Address): Peer {
    return this.#network.peers.intern(host, port);
  }

  sendRoom(limitBytes: number): SendRoom | undefined {
    return limitBytes < Infinity ? new SendRoom(limitBytes, this.#interfaceBps) : undefined;
  }

  bind(socket: SimSocket, options: DatagramOptions): Address | Error {
    return this.#ports.bind(socket, options);
  }

  release(socket: SimSocket): void {
    this.#ports.release(socket.name.port, socket);
  }

  socketAt(port: number): SimSocket | undefined {
    return this.#ports.at(port);
  }
}
