import type { DatagramSocket } from '../../../src/io/datagram.ts';
import { congestionControls } from '../../../src/transports/rudp/congestion/index.ts';
import { Engine } from '../../../src/transports/rudp/engine/engine.ts';
import type { EngineSetup } from '../../../src/transports/rudp/engine/setup.ts';
import { Outbox } from '../../../src/transports/rudp/outbox.ts';
import { RangeSet } from '../../../src/transports/rudp/ranges.ts';
import { FrameParser } from '../../../src/transports/rudp/wire/frame-parser.ts';
import { writeAck } from '../../../src/transports/rudp/wire/frames.ts';
import { ShortHeader, writeShortHeader } from '../../../src/transports/rudp/wire/packet.ts';
import type { Parameters } from '../../../src/transports/rudp/wire/parameters.ts';

const MS = 1e6;
/** More often in one go: it never ends. */
const MOST_WAKE_UPS = 10_000;

export interface Setup extends Partial<Omit<EngineSetup, 'local' | 'remote'>> {
  readonly local?: Partial<Parameters>;
  readonly remote?: Partial<Parameters>;
}

/** An engine as both of its ends would agree upon, but for what is given. */
export function engineAt(now: number, { local = {}, remote = {}, ...rest }: Setup = {}): Engine {
  const both: Parameters = {
    maxData: 1 << 20,
    maxDatagram: 1472,
    idleTimeoutMs: 30_000,
    maxAckDelayUs: 25_000,
    mode: 'ordered',
    checksum: false,
  };
  return new Engine({
    now,
    peer: { hi: 1, lo: 2 },
    local: { ...both, ...local },
    remote: { ...both, ...remote },
    makeControl: congestionControls.bbr,
    initialPackets: 32,
    random: () => 0.5,
    roundTripNs: 10 * MS,
    maxPayload: 1472,
    maxWindow: 1 << 20,
    deadlineNs: 100 * MS,
    keepAliveNs: 10e9,
    ...rest,
  });
}

/** One engine without a peer: what it sends is only looked at, what it hears is made up. */
export class Driven {
  now = 1e9;
  /** Packets sent, and what is in those since this was last emptied. */
  sent = 0;
  frames: string[][] = [];
  /** Takes time. */
  looks = true;
  readonly engine: Engine;
  readonly #outbox = new Outbox();
  #heard = 0;
  readonly #socket: Pick<DatagramSocket, 'send'> = {
    send: (slab, offset, size, count) => {
      this.sent += count;
      for (let i = 0; this.looks && i < count; i++) {
        this.frames.push(framesOf(slab.slice(offset + i * size, offset + (i + 1) * size)));
      }
      return count;
    },
  };

  constructor(setup: Setup = {}) {
    this.engine = engineAt(this.now, setup);
    this.#serve();
  }

  /** Gives it messages; returns how many it takes. */
  offer(size: number, count: number): number {
    const taken = this.engine.send(new Uint8Array((4 + size) * count), 0, size, count, this.now);
    this.#serve();
    return taken;
  }

  /** It hears that packets first..last have arrived, of each pair. */
  acknowledge(...ranges: readonly (readonly [number, number])[]): void {
    const received = new RangeSet();
    for (const [first, last] of ranges) received.add(first, last + 1);
    const packet = new Uint8Array(1200);
    const at = writeShortHeader(packet, 0, 1, 2, this.#heard++, 4, false);
    const end = writeAck(packet, at, packet.length, received, 0, 64);
    this.engine.receive(packet, new DataView(packet.buffer), 0, end, this.now);
    this.engine.endBatch(this.now);
    this.#serve();
  }

  /** Lets time pass in silence; returns how often it wanted to be woken. */
  wait(ns: number): number {
    const end = this.now + ns;
    for (let wakeUps = 0; ; wakeUps++) {
      const next = this.engine.deadline(this.now);
      if (next > end || wakeUps === MOST_WAKE_UPS) {
        this.now = end;
        return wakeUps;
      }
      this.now = Math.max(this.now, next);
      this.engine.onDeadline(this.now);
      this.#serve();
    }
  }

  #serve(): void {
    do this.engine.fill(this.now, this.#outbox);
    while (!this.#outbox.empty && this.#outbox.drain(this.#socket as DatagramSocket, undefined));
  }
}

function framesOf(packet: Uint8Array): string[] {
  const view = new DataView(packet.buffer);
  const header = new ShortHeader();
  const found: string[] = [];
  header.parse(packet, view, 0, packet.length);
  new FrameParser().parse(packet, view, header.frames, header.end, {
    onPing: () => found.push('ping'),
    onAckStart: () => found.push('ack'),
    onAckRange: () => {},
    onAckEnd: () => {},
    onAckFrequency: () => found.push('ack frequency'),
    onMaxData: (offset) => found.push(`max data ${offset}`),
    onDataBlocked: (offset) => found.push(`blocked ${offset}`),
    onSkip: (offset) => found.push(`skip ${offset}`),
    onClose: (code) => found.push(`close ${code}`),
    onRecovered: (offset, length) => found.push(`recovered ${offset}+${length}`),
    onData: (offset, _head, _at, length) => found.push(`data ${offset}+${length}`),
    onRepair: () => found.push('repair'),
  });
  return found;
}
