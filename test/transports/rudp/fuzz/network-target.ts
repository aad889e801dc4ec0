import type { Address } from '../../../../src/io/address.ts';
import { SimNetwork } from '../../../../src/io/sim/network.ts';
import { type ConnectionId, LONG, SHORT_HEADER_BYTES } from '../../../../src/transports/rudp/wire/packet.ts';
import { MODES } from '../../../../src/transports/rudp/wire/parameters.ts';
import { Flow } from '../rig.ts';
import { type Inputs, promise, type Target } from './case.ts';
import { anyId, anyLong, blind, forged, liesOfHandshake, shortNoise } from './hostile-packets.ts';
import { damaged } from './mutations.ts';
import type { Random } from './random.ts';

const MESSAGES = 120;
const STRANGER: Address = { host: '203.0.113.5', port: 4433 };
/** Of what passed, so that it can be sent again. */
const MOST_CAPTURED = 400;
const US = 1e3;
const DONE_NS = 120e9;
/** After that no cookie of before is good. */
const COOKIES_ARE_STALE_NS = 31e9;
/** All that the two can have to say in a second. */
const MOST_PER_SECOND = 100_000;
/** In its first second, without a peer that answers. */
const MOST_OF_A_NEW_ONE = 1000;

/**
 * What the attacker can do. `blind`: send from any address, but see nothing. `path`: see all packets, and hold up, repeat, replay, and
 * (where there is a checksum) damage them, but make none. `forger`: see all, and make any.
 */
const POWERS = ['blind', 'path', 'forger'] as const;
type Power = (typeof POWERS)[number];

interface Captured {
  readonly from: Address;
  readonly to: Address;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A listener and a client that talk to each other, handshake and end included, while somebody meddles. */
class Siege {
  readonly #random: Random;
  readonly #inputs: Inputs;
  readonly #power: Power;
  readonly #mode = { mode: MODES[0] as (typeof MODES)[number], checksum: false };
  readonly #network = new SimNetwork();
  readonly #flow: Flow;
  readonly #server: Address;
  readonly #captured: Captured[] = [];
  /** Where the client is; known from its first packet on. */
  #client: Address | undefined;
  /** Packets of the handshake that are still to be lost, so that there is time for an attack. */
  #handshakesToLose: number;
  #connections = 0;
  #packets = 0;

  constructor(random: Random, inputs: Inputs) {
    this.#random = random;
    this.#inputs = inputs;
    this.#power = random.pick(POWERS);
    this.#handshakesToLose = random.below(4);
    this.#mode = { mode: random.pick(MODES), checksum: random.chance(0.5) };
    const { clients, servers } = this.#network.path({ profile: 'delay 4ms 1ms rate 20mbit', seed: random.below(1e6) });
    this.#server = { host: servers[0].address, port: 5000 };
    const fec = this.#mode.mode === 'deadline' && random.chance(0.5) ? { fec: '4+2' } : {};
    this.#flow = new Flow(this.#network, clients[0], servers[0], {
      options: { ...this.#mode, ...fec, idle: '20s', cc: random.pick(['bbr', 'cubic', 'newreno']), window: 262_144 },
      messages: MESSAGES,
      messageBytes: random.pick([20, 1000, [9, 700, 5000]]),
      // The flow of the others does not end when something is lost.
      bothWays: random.chance(0.5) && ['ordered', 'unordered'].includes(this.#mode.mode),
    });
    const accept = this.#flow.listener.onConnection;
    this.#flow.listener.onConnection = (connection) => {
      this.#connections++;
      accept(connection);
    };
    this.#network.tap = {
      sent: ({ from, to, bytes }) => this.#capture({ from, to, bytes: Uint8Array.from(bytes) }),
      arriving: ({ from, to, bytes }) => this.#meddle({ from, to, bytes: Uint8Array.from(bytes) }),
    };
  }

  #capture(packet: Captured): void {
    this.#packets++;
    if (packet.from.host !== this.#server.host) this.#client = packet.from;
    const { length } = this.#captured;
    // The newest, and a sample of the others.
    this.#captured[length < MOST_CAPTURED ? length : this.#random.below(length)] = packet;
  }

  /** A packet is about to arrive. */
  #meddle(packet: Captured): Uint8Array | 'drop' | undefined {
    if (packet.bytes[0] & LONG && this.#handshakesToLose > 0) {
      this.#handshakesToLose--;
      return 'drop';
    }
    if (this.#power === 'blind' || !this.#random.chance(0.1)) return undefined;
    const random = this.#random;
    if (random.chance(0.5)) {
      this.#network.loop.after(random.below(20_000) * US, () => this.#inject(packet.from, packet.to, packet.bytes));
      return random.chance(0.7) ? 'drop' : undefined;
    }
    if (!this.#mayDamage(packet)) return undefined;
    const bytes = damaged(random, packet.bytes, random.pick(this.#captured).bytes);
    this.#inputs.note(bytes);
    return bytes;
  }

  /** What has no checksum is protected by that of UDP alone: whoever can rewrite it, can make any. */
  #mayDamage({ bytes }: Captured): boolean {
    return this.#power === 'forger' || this.#mode.checksum || (bytes[0] & LONG) !== 0;
  }

  #inject(from: Address, to: Address, bytes: Uint8Array): void {
    this.#inputs.note(bytes);
    this.#network.inject(from, to, bytes);
  }

  /** One hostile datagram, at one end or the other. */
  #attack(): void {
    const random = this.#random;
    const client = this.#client;
    const toClient = client !== undefined && random.chance(0.4);
    const [near, far] = toClient ? [client, this.#server] : [this.#server, client ?? STRANGER];
    const from = random.chance(0.8) ? far : STRANGER;
    if (this.#power === 'blind' || this.#captured.length === 0) return this.#inject(from, near, blind(random));
    const packet = random.pick(this.#captured);
    if (this.#power === 'path' || random.chance(0.2)) {
      if (random.chance(0.4) && this.#mayDamage(packet)) {
        return this.#inject(packet.from, packet.to, damaged(random, packet.bytes, random.pick(this.#captured).bytes));
      }
      // Again as it was, or from somewhere else.
      return this.#inject(random.chance(0.8) ? packet.from : STRANGER, packet.to, packet.bytes);
    }
    const known = this.#idIn(packet);
    const bytes = random.pick([
      () => anyLong(random, known, anyId(random)),
      () => liesOfHandshake(random, known, known),
      () => shortNoise(random, known),
      () => this.#forge(known),
      () => this.#forge(known),
    ])();
    this.#inject(packet.from, packet.to, bytes);
  }

  #forge(id: ConnectionId): Uint8Array<ArrayBuffer> {
    const random = this.#random;
    return forged(random, id, random.below(300), this.#mode.checksum, {
      sent: 100,
      sentBytes: 5e4,
      receivedBytes: 5e4,
      credit: 2e5,
      stride: 24,
      skips: false,
      rude: 0.02,
    });
  }

  #idIn({ bytes }: Captured): ConnectionId {
    if (bytes.length < SHORT_HEADER_BYTES + 4) return anyId(this.#random);
    const view = new DataView(bytes.buffer);
    const at = bytes[0] & LONG ? 5 : 1;
    return { hi: view.getUint32(at), lo: view.getUint32(at + 4) };
  }

  run(most: number): void {
    const { loop } = this.#network;
    const pause = this.#random.pick([5, 50, 300, 5000]);
    while (!this.#flow.closed && this.#inputs.count < most) {
      loop.advance(this.#random.below(2 * pause) * US);
      this.#attack();
    }
    this.#finish();
    this.#checkDelivery();
    this.#again();
  }

  /** Left alone it comes to its end, one way or the other. */
  #finish(): void {
    const { loop } = this.#network;
    const before = this.#packets;
    const began = loop.now();
    const { mode } = this.#mode;
    if (this.#power === 'forger') this.#giveUp();
    promise(this.#flow.run(DONE_NS), () => `${this.#power}, ${mode}: not closed after ${DONE_NS / 1e9} s`);
    const seconds = (loop.now() - began) / 1e9 + 1;
    const packets = this.#packets - before;
    promise(packets < MOST_PER_SECOND * seconds, () => `${packets} packets in ${seconds} s`);
  }

  /** The two may never agree again on which packets there have been, while each hears that the other is there. */
  #giveUp(): void {
    const { source, backSource, client, server } = this.#flow;
    source.stop();
    backSource?.stop();
    client.abort();
    server?.abort();
  }

  #checkDelivery(): void {
    if (this.#power === 'forger') return;
    const { clientError, serverError, arrivals, backArrivals, backSource } = this.#flow;
    promise(!clientError && !serverError, () => `${this.#power}: ${clientError ?? serverError}`);
    promise(this.#connections === 1, () => `${this.#connections} connections`);
    this.#check(arrivals.indices, this.#flow.digests());
    if (backSource) this.#check(backArrivals.indices, this.#flow.backDigests());
  }

  #check(indices: readonly number[], { sent, received }: { sent: string; received: string }): void {
    const { mode } = this.#mode;
    const tell = (what: string) => () => `${this.#power}, ${mode}: ${what}: ${indices.join(' ')}`;
    promise(!indices.includes(-1), tell('a message that nobody sent'));
    promise(new Set(indices).size === indices.length, tell('a message twice'));
    if (mode === 'ordered') promise(sent === received, tell('not what was sent'));
    if (mode === 'unordered') promise(indices.length === MESSAGES, tell('not all of it'));
    if (mode === 'sequenced')
      promise(
        indices.every((index, i) => i === 0 || index > indices[i - 1]),
        tell('older after newer'),
      );
  }

  /** Everything that has passed, once more: at once, and when the cookies are stale. Nothing may come of it. */
  #again(): void {
    const { loop } = this.#network;
    const { arrivals } = this.#flow;
    const [connections, messages] = [this.#connections, arrivals.count];
    for (const wait of [0, COOKIES_ARE_STALE_NS]) {
      loop.advance(wait);
      const before = this.#packets;
      const replayed = this.#captured.slice(0, 100);
      for (const { from, to, bytes } of replayed) this.#inject(from, to, bytes);
      loop.advance(1e9);
      // One CHALLENGE for a HELLO. A forger may have killed the client before its ANSWER came, which then is as good as new.
      const most = this.#power === 'forger' ? MOST_OF_A_NEW_ONE : replayed.length;
      promise(this.#packets - before <= most, () => `${this.#packets - before} packets of ends that are closed`);
    }
    if (this.#power === 'forger') return;
    promise(this.#connections === connections, () => 'a connection out of what was replayed');
    promise(arrivals.count === messages, () => 'a message out of what was replayed');
  }
}

export const networkTarget: Target = {
  name: 'network',
  run(random, inputs, most) {
    while (inputs.count < most) new Siege(random, inputs).run(most);
  },
};
