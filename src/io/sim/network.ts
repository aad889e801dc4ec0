import { effectiveProfile } from '../../link/effective.ts';
import { parseProfile } from '../../link/parse.ts';
import type { DirectionProfile, Profile } from '../../link/profile.ts';
import type { Address } from '../address.ts';
import type { Peer } from '../datagram.ts';
import { PeerTable } from '../peers.ts';
import { type LinkOptions, type Oversize, SimLink } from './link.ts';
import { SimLoop } from './loop.ts';
import { type HostOptions, SimIo } from './sim-io.ts';
import type { SimSocket } from './socket.ts';
import type { Tap } from './tap.ts';

const UNIMPAIRED: DirectionProfile = { stages: [] };
/** Not 0, for which somebody may have a meaning of their own. */
const DEFAULT_START_NS = 1e9;

export interface PathOptions extends Omit<HostOptions, 'link'> {
  /** A profile, or the text of one (docs/link-profiles.md); what it leaves out is filled in as in the lab. */
  readonly profile: Profile | string;
  /** As in the lab: of `up`, and one more of `down`. */
  readonly seed: number;
  /** Addresses; default: one host on either side, with those of the lab. */
  readonly clients?: readonly string[];
  readonly servers?: readonly string[];
  /** Of both directions, see {@link SimLink}. */
  readonly mtu?: number;
  readonly oversize?: Oversize;
}

/** Hosts on both sides of a bottleneck: a dumbbell. */
export interface SimPath {
  /** What the clients send passes `up`, what the servers send `down`. */
  readonly up: SimLink;
  readonly down: SimLink;
  readonly clients: readonly SimIo[];
  readonly servers: readonly SimIo[];
}

/**
 * Hosts that reach each other through the link model, in virtual time: everything is a function of profile, seed and program, and an idle
 * second takes no time. Without a link of its own a host's datagrams arrive at the instant of `send`, in the next turn of the loop.
 *
 *     const network = new SimNetwork();
 *     const { up, clients: [client], servers: [server] } = network.path({ profile: 'delay 20ms loss 1% rate 100mbit', seed: 7 });
 *     const listener = rudp.listen(server, { host: server.address, port: 5000 }, options);
 *     const connection = rudp.connect(client, { host: server.address, port: 5000 }, options);
 *     network.loop.advance(60e9);
 *     up.account();
 */
export class SimNetwork {
  readonly loop: SimLoop;
  /** Sees, and may alter, every datagram. */
  tap: Tap = {};
  /** Equal addresses are one object. */
  readonly peers: PeerTable = new PeerTable();
  readonly #hosts = new Map<string, SimIo>();
  #flows = 0;

  constructor(startNs: number = DEFAULT_START_NS) {
    this.loop = new SimLoop(startNs);
  }

  link(options: LinkOptions): SimLink {
    return new SimLink(this.loop, options);
  }

  /** A host with this numeric address, and no other. @throws RangeError when there is one already */
  host(address: string, options: HostOptions = {}): SimIo {
    if (this.#hosts.has(address)) throw new RangeError(`there is a host ${address} already`);
    const link = options.link ?? this.link({ profile: UNIMPAIRED, seed: 0 });
    const host = new SimIo(this, address, link, options);
    this.#hosts.set(address, host);
    return host;
  }

  path(options: PathOptions): SimPath {
    const { profile, seed, clients = ['198.18.0.1'], servers = ['198.18.0.2'], mtu, oversize, ...host } = options;
    const effective = effectiveProfile(typeof profile === 'string' ? parseProfile(profile) : profile);
    const limits = { ...(mtu === undefined ? {} : { mtu }), ...(oversize === undefined ? {} : { oversize }) };
    const up = this.link({ profile: effective.up, seed, ...limits });
    const down = this.link({ profile: effective.down, seed: seed + 1, ...limits });
    return {
      up,
      down,
      clients: clients.map((address) => this.host(address, { ...host, link: up })),
      servers: servers.map((address) => this.host(address, { ...host, link: down })),
    };
  }

  /** A datagram that seems to come from `from` arrives at `to` now. No link and no tap sees it. */
  inject(from: Address, to: Address, bytes: Uint8Array): void {
    const peer = this.peers.intern(from.host, from.port);
    const target = this.#hosts.get(to.host)?.socketAt(to.port);
    if (target?.hears(peer)) target.arrived(bytes, 0, bytes.length, peer);
  }

  // What follows is for the hosts.

  nextFlow(): number {
    return ++this.#flows;
  }

  /** What `socket` has sent to `to` arrives there. A host that does not exist is one that does not answer. */
  arrive(socket: SimSocket, bytes: Uint8Array, at: number, size: number, to: Peer): void {
    if (!this.tap.arriving) return this.#deliver(socket, bytes, at, size, to);
    const datagram = { at: this.loop.now(), from: socket.name, to, bytes: bytes.subarray(at, at + size) };
    const instead = this.tap.arriving(datagram);
    if (instead === undefined) this.#deliver(socket, bytes, at, size, to);
    else if (instead !== 'drop') this.#deliver(socket, instead, 0, instead.length, to);
  }

  #deliver(socket: SimSocket, bytes: Uint8Array, at: number, size: number, to: Peer): void {
    const host = this.#hosts.get(to.host);
    const target = host?.socketAt(to.port);
    if (target?.hears(socket.name)) target.arrived(bytes, at, size, socket.name);
    else if (host) socket.refused();
  }
}
