import type { DatagramSocket } from '../../../../src/io/datagram.ts';
import { congestionControls, congestionNames } from '../../../../src/transports/rudp/congestion/index.ts';
import { Engine } from '../../../../src/transports/rudp/engine/engine.ts';
import { Outbox } from '../../../../src/transports/rudp/outbox.ts';
import {
  MODES,
  type Parameters,
  readParameters,
  writeParameters,
} from '../../../../src/transports/rudp/wire/parameters.ts';
import { Reader } from '../../../../src/transports/rudp/wire/varint.ts';
import { type Inputs, promise, type Target } from './case.ts';
import { anyId, anyParameters, forged, shortNoise } from './hostile-packets.ts';
import { flipped } from './mutations.ts';
import type { Random } from './random.ts';
import { Witness } from './witness.ts';

const MAX_WINDOW = 256 << 10;
const MAX_PAYLOAD = 1472;
const MAX_IDLE_MS = 600_000;
/** All that it may ever have to send at once: its window, what the application has given, and as much again sent anew. */
const MOST_PACKETS_AT_ONCE = 4000;
/** Time-outs at one instant. */
const MOST_CALLS_AT_ONCE = 100;
/** Until it has ended, when nothing comes any more: repetitions, keep-alives, probes. */
const MOST_CALLS_TO_END = 50_000;
/** With round trips as long as all that went before, and time-outs that double: but not for ever. */
const MOST_NS_TO_END = 1e5 * 1e9;
/** What comes out of the parser is what has to be coped with. */
function asRead(parameters: Parameters): Parameters | undefined {
  const bytes = new Uint8Array(128);
  const to = writeParameters(bytes, 0, parameters);
  const reader = new Reader();
  reader.reset(bytes, new DataView(bytes.buffer), 0, to);
  return readParameters(reader);
}

/**
 * An engine whose peer knows the id and says whatever it likes. Nothing here is authenticated, so it may be fooled about data; it must not
 * throw, not loop, not send without end, say only what is well-formed itself, and be gone at last when nothing comes any more.
 */
class Victim {
  readonly #random: Random;
  readonly #inputs: Inputs;
  readonly #engine: Engine;
  readonly #local: Parameters;
  readonly #remote: Parameters;
  readonly #id;
  readonly #outbox = new Outbox();
  readonly #answer: Uint8Array;
  readonly #witness: Witness;
  readonly #socket: Pick<DatagramSocket, 'send'>;
  #packets = 0;
  #now = 1e9;
  #over = false;
  #received = 0;
  readonly #rude: number;
  readonly #stride: number;
  #number = 0;

  constructor(random: Random, inputs: Inputs) {
    this.#random = random;
    this.#inputs = inputs;
    this.#id = anyId(random);
    this.#local = {
      maxData: random.pick([0, 1200, 65_536, MAX_WINDOW]),
      maxDatagram: MAX_PAYLOAD,
      idleTimeoutMs: random.chance(0.05) ? MAX_IDLE_MS : random.pick([1000, 30_000]),
      maxAckDelayUs: 25_000,
      mode: random.pick(MODES),
      checksum: random.chance(0.3),
    };
    const fec = random.chance(0.5) ? { fec: { k: random.between(1, 12), r: random.between(1, 4) } } : {};
    if (this.#local.mode === 'deadline') this.#local = { ...this.#local, ...fec };
    const honest = {
      ...this.#local,
      maxData: MAX_WINDOW,
      mode: random.pick(MODES),
      checksum: random.chance(0.3),
      ...fec,
    };
    this.#remote = (random.chance(0.5) ? asRead(anyParameters(random)) : undefined) ?? honest;
    this.#rude = random.pick([0, 0.002, 0.3]);
    this.#stride = random.pick([4, 5, 24, 1404, 60_000]);
    this.#answer = random.bytes(120);
    this.#witness = new Witness(this.#id, this.#remote.checksum, MAX_PAYLOAD, this.#local.maxData);
    this.#socket = { send: (slab, offset, size, count) => this.#takes(slab, offset, size, count) };
    this.#engine = this.#make();
    this.#engine.onClosed = () => {
      promise(!this.#over, () => 'it has closed twice');
      this.#over = true;
    };
    this.#engine.onMessages = ({ bytes, offsets, lengths, count }) => {
      for (let i = 0; i < count; i++) {
        promise(offsets[i] + lengths[i] <= bytes.length, () => `a message beyond its memory: ${offsets[i]}`);
        promise(lengths[i] <= MAX_WINDOW, () => `a message of ${lengths[i]} bytes`);
      }
    };
  }

  #make(): Engine {
    const random = this.#random;
    const cc = random.pick(congestionNames);
    return new Engine({
      now: this.#now,
      peer: this.#id,
      local: this.#local,
      remote: this.#remote,
      makeControl: congestionControls[cc],
      initialPackets: random.pick([1, 10, 32]),
      ...(cc === 'fixed' ? { rateBps: random.pick([8e3, 1e6, 1e9]) } : {}),
      random: random.next,
      roundTripNs: random.pick([Number.NaN, 0, 1, 1e6, 40e6, 30e9]),
      maxPayload: MAX_PAYLOAD,
      maxWindow: MAX_WINDOW,
      deadlineNs: 100e6,
      keepAliveNs: 10e9,
      ...(random.chance(0.5) ? { answer: this.#answer } : {}),
    });
  }

  get over(): boolean {
    return this.#engine.closed;
  }

  step(): void {
    const random = this.#random;
    for (let i = random.chance(0.2) ? random.between(2, 20) : 1; i > 0; i--) this.#receive(this.#packet());
    this.#engine.endBatch(this.#now);
    this.#serve();
    if (random.chance(0.1)) this.#give();
    if (random.chance(0.5)) this.#wait(random.pick([1, 1e3, 1e5, 1e6, 1e7]));
    else if (random.chance(0.1)) this.#waitForIt();
    if (random.chance(0.01)) this.#engine.onTooLarge(this.#now);
    if (random.chance(0.0005)) this.#engine.close(this.#now);
    if (random.chance(0.0002)) this.#engine.abort(this.#now);
    this.#serve();
  }

  #packet(): Uint8Array<ArrayBuffer> {
    const random = this.#random;
    if (random.chance(0.1)) return shortNoise(random, this.#id);
    const number = random.chance(0.9) ? this.#number++ : random.around(this.#number);
    const packet = forged(random, this.#id, number, this.#local.checksum, {
      sent: this.#witness.sent,
      sentBytes: this.#witness.sentBytes,
      receivedBytes: this.#received,
      credit: this.#witness.credit,
      stride: this.#stride,
      skips: this.#remote.mode === 'sequenced' || this.#remote.mode === 'deadline',
      rude: this.#rude,
    });
    if (random.chance(0.3)) this.#received = Math.min(this.#witness.credit, this.#received + random.below(2000));
    // Without a checksum that says anything.
    return random.chance(this.#local.checksum ? 0.05 : this.#rude) ? flipped(random, packet) : packet;
  }

  #receive(packet: Uint8Array<ArrayBuffer>): void {
    this.#inputs.note(packet);
    this.#engine.receive(packet, new DataView(packet.buffer), 0, packet.length, this.#now);
  }

  #give(): void {
    const random = this.#random;
    const size = random.pick([0, 1, 20, 1400, 20_000]);
    const count = random.between(1, size > 1400 ? 2 : 20);
    this.#engine.send(random.bytes(count * (4 + size)), 0, size, count, this.#now);
  }

  #wait(ns: number): void {
    this.#now += 1 + this.#random.below(ns);
    this.#serve();
  }

  /** As long as it wants to be left alone. */
  #waitForIt(): void {
    const deadline = this.#engine.deadline(this.#now);
    if (deadline < Infinity) this.#now = Math.max(this.#now, deadline);
    this.#serve();
  }

  /** What a socket and a timer would do at this instant. */
  #serve(): void {
    const engine = this.#engine;
    this.#drain();
    for (let calls = 0; ; calls++) {
      const deadline = engine.deadline(this.#now);
      promise(!Number.isNaN(deadline), () => 'a deadline that is no number');
      if (engine.closed || deadline > this.#now) return;
      promise(calls < MOST_CALLS_AT_ONCE, () => `time stands still at ${this.#now} ns`);
      engine.onDeadline(this.#now);
      this.#drain();
    }
  }

  #drain(): void {
    const outbox = this.#outbox;
    this.#packets = 0;
    do this.#engine.fill(this.#now, outbox);
    while (!outbox.empty && outbox.drain(this.#socket as DatagramSocket, undefined));
  }

  #takes(slab: Uint8Array, offset: number, size: number, count: number): number {
    this.#packets += count;
    promise(this.#packets < MOST_PACKETS_AT_ONCE, () => `${this.#packets} packets at ${this.#now} ns`);
    for (let at = offset; at < offset + count * size; at += size) {
      const packet = slab.subarray(at, at + size);
      if (Buffer.compare(packet, this.#answer) !== 0) this.#witness.sees(packet);
    }
    return count;
  }

  /** Nothing comes any more: it must end, by its own time-outs. */
  end(): void {
    this.#engine.close(this.#now);
    this.#serve();
    const from = this.#now;
    for (let calls = 0; !this.#engine.closed; calls++) {
      promise(calls < MOST_CALLS_TO_END, () => `still there after ${(this.#now - from) / 1e9} s`);
      const deadline = this.#engine.deadline(this.#now);
      promise(deadline < Infinity, () => 'it waits for ever');
      this.#now = Math.max(this.#now, deadline);
      this.#serve();
    }
    promise(this.#now - from <= MOST_NS_TO_END, () => `it took ${(this.#now - from) / 1e9} s to end`);
  }
}

export const engineTarget: Target = {
  name: 'engine',
  run(random, inputs, most) {
    while (inputs.count < most) {
      const victim = new Victim(random, inputs);
      for (let i = random.between(0, random.pick([2, 30, 400])); i > 0 && !victim.over && inputs.count < most; i--)
        victim.step();
      if (!victim.over) victim.end();
    }
  },
};
