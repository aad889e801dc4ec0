import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/io/address.ts';
import { SimNetwork } from '../../../src/io/sim/network.ts';
import { rudp } from '../../../src/transports/rudp/index.ts';
import { CRC_BYTES, writeChecksum } from '../../../src/transports/rudp/wire/checksum.ts';
import { writePing } from '../../../src/transports/rudp/wire/frames.ts';
import { encodeAnswer, encodeHello, type LongPacket, parseLong } from '../../../src/transports/rudp/wire/handshake.ts';
import { HELLO, LONG, writeShortHeader } from '../../../src/transports/rudp/wire/packet.ts';
import { writeUint32 } from '../../../src/transports/rudp/wire/varint.ts';
import { anyId, anyLong, anyParameters, blind } from './fuzz/hostile-packets.ts';
import { Random } from './fuzz/random.ts';
import { flowOver } from './rig.ts';

const SECOND = 1e9;
const SERVER: Address = { host: '198.18.0.2', port: 5000 };
/** RFC 9000, 8.1. */
const MOST_FOLD = 3;
const COOKIE_LIFETIME_NS = 30e9;
const CLOSES = 8;

/** Every Map and Set that is made while `make` runs: where an object could remember things. */
function memories<T>(make: () => T): { made: T; sizes: () => number[] } {
  const [RealMap, RealSet] = [globalThis.Map, globalThis.Set];
  const all: { readonly size: number }[] = [];
  class SeenMap<K, V> extends RealMap<K, V> {
    constructor(entries?: Iterable<readonly [K, V]> | null) {
      super(entries);
      all.push(this);
    }
  }
  class SeenSet<V> extends RealSet<V> {
    constructor(values?: Iterable<V> | null) {
      super(values);
      all.push(this);
    }
  }
  Object.assign(globalThis, { Map: SeenMap, Set: SeenSet });
  try {
    return { made: make(), sizes: () => all.map(({ size }) => size) };
  } finally {
    Object.assign(globalThis, { Map: RealMap, Set: RealSet });
  }
}

/** A listener to which anybody may say anything, and what it has said to whom. */
class Besieged {
  readonly network = new SimNetwork();
  readonly heard = new Map<string, number>();
  readonly said = new Map<string, number>();
  /** CHALLENGEs that it has sent, and to whom. */
  readonly challenges: { readonly to: Address; readonly bytes: Uint8Array<ArrayBuffer> }[] = [];
  readonly sizes: () => number[];
  connections = 0;
  datagrams = 0;

  constructor() {
    const host = this.network.host(SERVER.host);
    const { made, sizes } = memories(() => rudp.listen(host, SERVER, rudp.options.parse({})));
    this.sizes = sizes;
    made.onConnection = () => this.connections++;
    this.network.tap = {
      sent: ({ to, bytes }) => {
        this.datagrams++;
        const key = `${to.host} ${to.port}`;
        this.said.set(key, (this.said.get(key) ?? 0) + bytes.length);
        if (bytes[0] & LONG) this.challenges.push({ to: { ...to }, bytes: Uint8Array.from(bytes) });
      },
    };
    this.network.loop.advance(1);
  }

  hears(from: Address, bytes: Uint8Array): void {
    const key = `${from.host} ${from.port}`;
    this.heard.set(key, (this.heard.get(key) ?? 0) + bytes.length);
    this.network.inject(from, SERVER, bytes);
    this.network.loop.advance(1000);
  }

  /** The worst of all addresses: bytes said per byte heard. */
  get fold(): number {
    return Math.max(0, ...[...this.said].map(([key, bytes]) => bytes / (this.heard.get(key) ?? 0)));
  }
}

const parsed = (bytes: Uint8Array<ArrayBuffer>): LongPacket | undefined =>
  parseLong(bytes, new DataView(bytes.buffer), 0, bytes.length);

/** A HELLO of any size and any version. */
function anyHello(random: Random): Uint8Array<ArrayBuffer> {
  const hello = encodeHello(anyId(random), random.below(256), { ...anyParameters(random), maxAckDelayUs: 1000 });
  const bytes = new Uint8Array(random.pick([60, 300, 1199, 1200, 1201, 1472]));
  bytes.set(hello.subarray(0, bytes.length));
  bytes[0] = LONG | HELLO;
  if (random.chance(0.5)) writeUint32(bytes, 1, random.uint32());
  writeChecksum(bytes, 0, bytes.length - CRC_BYTES);
  return bytes;
}

/** An ANSWER with a cookie that is not good for `from`: made up, altered, for other ids, or given to somebody else. */
function badAnswer(random: Random, from: Address, { challenges }: Besieged): Uint8Array<ArrayBuffer> {
  const parameters = { ...anyParameters(random), maxAckDelayUs: 1000 };
  const given = challenges.length > 0 ? random.pick(challenges) : undefined;
  const challenge = given && parsed(given.bytes);
  if (!given || challenge?.type !== 'challenge' || random.chance(0.1)) {
    return encodeAnswer(anyId(random), anyId(random), random.bytes(24), parameters);
  }
  const { source, destination } = challenge;
  const cookie = Uint8Array.from(challenge.cookie);
  const mine = given.to.host === from.host && given.to.port === from.port;
  const kind = mine ? random.below(3) : random.below(4);
  if (kind === 0) cookie[random.below(cookie.length)] ^= 1 << random.below(8);
  const server = kind === 1 ? anyId(random) : source;
  const client = kind === 2 ? anyId(random) : destination;
  return encodeAnswer(server, client, cookie, parameters);
}

describe('from addresses that nobody has proved', () => {
  const RUNS = 40;
  const DATAGRAMS = 100;

  it('whatever comes, less than three times as much goes back to each, and nothing is kept of them', () => {
    for (let run = 0; run < RUNS; run++) {
      const random = new Random(run);
      const besieged = new Besieged();
      const empty = besieged.sizes();
      const past: { readonly from: Address; readonly bytes: Uint8Array }[] = [];
      for (let i = 0; i < DATAGRAMS; i++) {
        const from = { host: `203.0.113.${random.below(4)}`, port: random.between(1, 3) };
        const bytes = random.pick([
          () => anyHello(random),
          () => badAnswer(random, from, besieged),
          () => blind(random),
          () => anyLong(random, anyId(random), anyId(random)),
        ])();
        besieged.hears(from, bytes);
        past.push({ from, bytes });
        if (random.chance(0.2)) {
          const again = random.pick(past);
          besieged.hears(again.from, again.bytes);
        }
        if (random.chance(0.02)) besieged.network.loop.advance(random.pick([1, 29, 31]) * SECOND);
      }
      expect(besieged.fold).toBeLessThanOrEqual(MOST_FOLD);
      expect(besieged.connections).toBe(0);
      expect(besieged.sizes()).toEqual(empty);
      expect(besieged.datagrams).toBeGreaterThan(0);
      // Nor does anything go on by itself.
      const before = besieged.datagrams;
      besieged.network.loop.advance(100 * SECOND);
      expect(besieged.datagrams).toBe(before);
    }
  });

  it('a cookie proves the address that it was sent to, for 30 s, once: then something is kept', () => {
    const from = { host: '203.0.113.1', port: 7 };
    const random = new Random(1);
    const parameters = { ...anyParameters(random), maxAckDelayUs: 1000, idleTimeoutMs: 1000 };
    const answerTo = (besieged: Besieged): Uint8Array<ArrayBuffer> => {
      besieged.hears(from, encodeHello(anyId(random), 0, parameters));
      const challenge = parsed(besieged.challenges[0].bytes);
      if (challenge?.type !== 'challenge') throw new Error('no challenge');
      return encodeAnswer(challenge.source, challenge.destination, challenge.cookie, parameters);
    };
    const besieged = new Besieged();
    const empty = besieged.sizes();
    const answer = answerTo(besieged);
    besieged.hears({ ...from, port: 8 }, answer);
    expect(besieged.connections).toBe(0);
    besieged.hears(from, answer);
    expect(besieged.connections).toBe(1);
    expect(besieged.sizes()).not.toEqual(empty);
    // Also when the connection has ended long ago.
    for (const wait of [0, 20, 40]) {
      besieged.network.loop.advance(wait * SECOND);
      besieged.hears(from, answer);
    }
    expect(besieged.connections).toBe(1);

    const late = new Besieged();
    const stale = answerTo(late);
    late.network.loop.advance(COOKIE_LIFETIME_NS);
    late.hears(from, stale);
    expect(late.connections).toBe(0);
  });
});

describe('an end that closes', () => {
  /** How often the client says that it closes, when it gets no answer to that, but so many other packets every ms. */
  function closes(packet: (sample: Uint8Array, number: number) => Uint8Array, perMs: number): number {
    const { network, path, flow } = flowOver({ profile: 'delay 10ms', seed: 1 }, { messages: 20, stays: true });
    const client = path.clients[0].address;
    const heard: { from: Address; to: Address; bytes: Uint8Array }[] = [];
    let said = 0;
    let closing = false;
    network.tap = {
      sent: ({ from }) => {
        if (closing && from.host === client) said++;
      },
      arriving: ({ from, to, bytes }) => {
        if (closing) return 'drop';
        if (to.host === client) heard.push({ from: { ...from }, to: { ...to }, bytes: Uint8Array.from(bytes) });
        return undefined;
      },
    };
    network.loop.advance(2 * SECOND);
    expect(flow.delivered).toBe(20);
    closing = true;
    flow.client.close();
    for (let number = 0; number < 60_000 * Math.max(1, perMs) && !flow.clientClosed; number++) {
      const { from, to, bytes } = heard[number % heard.length];
      if (perMs > 0) network.inject(from, to, packet(bytes, number));
      network.loop.advance(1e6 / Math.max(1, perMs));
    }
    expect(flow.clientClosed).toBe(true);
    return said;
  }

  /** With the right id, and a number that has not been. */
  function ping(sample: Uint8Array, number: number): Uint8Array {
    const { hi, lo } = idOf(sample);
    const bytes = new Uint8Array(32);
    const at = writeShortHeader(bytes, 0, hi, lo, 1000 + number, 4, false);
    return bytes.slice(0, writePing(bytes, at, bytes.length));
  }

  const idOf = (packet: Uint8Array): { hi: number; lo: number } => {
    const view = new DataView(packet.buffer);
    const at = packet[0] & LONG ? 5 : 1;
    return { hi: view.getUint32(at), lo: view.getUint32(at + 4) };
  };

  it('says so eight times, however much it hears', () => {
    expect(closes(ping, 0)).toBe(CLOSES);
    expect(closes((sample) => sample, 20)).toBe(CLOSES);
    // It answers what is new, but ever more seldom.
    expect(closes(ping, 20)).toBeLessThanOrEqual(CLOSES + 1);
  });
});
