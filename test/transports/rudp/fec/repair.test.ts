import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RepairDecoder } from '../../../../src/transports/rudp/fec/decoder.ts';
import { RepairEncoder } from '../../../../src/transports/rudp/fec/encoder.ts';
import type { Fec } from '../../../../src/transports/rudp/wire/parameters.ts';

const PATIENCE = 1000;

interface Packet {
  readonly number: number;
  readonly block: number;
  /** Of a data packet. */
  readonly frame?: { readonly offset: number; readonly head: number; readonly bytes: Uint8Array };
  /** Of a repair: what the frame says behind its length. */
  readonly repair?: Uint8Array;
}

/** A sender of data packets only, with other packets in between. */
class Sender {
  readonly encoder: RepairEncoder;
  readonly packets: Packet[] = [];
  now = 0;
  #number: number;
  #offset: number;
  #block = 0;

  constructor(fec: Fec, firstNumber = 0, firstOffset = 0) {
    this.encoder = new RepairEncoder(fec, PATIENCE);
    this.#number = firstNumber;
    this.#offset = firstOffset;
  }

  data(length: number, head: number, gap = 0): void {
    this.#number += gap;
    this.flush();
    const bytes = Uint8Array.from({ length }, (_, i) => (i * i + 31 * this.#number) & 0xff);
    const offset = this.#offset;
    this.#offset += length;
    const number = this.#number++;
    this.packets.push({ number, block: this.#block, frame: { offset, head: Math.min(head, offset), bytes } });
    this.encoder.add(this.now, number, offset, Math.min(head, offset), Uint8Array.of(9, 9, ...bytes, 9), 2, length);
  }

  /** Sends the repairs that are due. */
  flush(): void {
    this.encoder.prepare(this.now, this.#number);
    while (this.encoder.ready > 0) {
      const bytes = new Uint8Array(2000).fill(0xee);
      const end = this.encoder.write(bytes, 5, 2000, this.#number);
      const from = bytes[6] < 0x40 ? 7 : 8;
      this.packets.push({ number: this.#number++, block: this.#block, repair: bytes.slice(from, end) });
      if (this.encoder.ready === 0) this.#block++;
    }
  }

  /** Waits until the last block ends. */
  end(): void {
    this.flush();
    this.now += PATIENCE;
    this.flush();
  }
}

/** Feeds packets in this order; returns the frames that were rebuilt. */
function rebuilt(fec: Fec, packets: readonly Packet[]): { offset: number; head: number; bytes: Uint8Array }[] {
  const frames: { offset: number; head: number; bytes: Uint8Array }[] = [];
  const decoder = new RepairDecoder(fec, (bytes, view, at, length, offset, head) => {
    expect(view.getUint8(at)).toBe(bytes[at]);
    frames.push({ offset, head, bytes: bytes.slice(at, at + length) });
  });
  for (const { number, frame, repair } of packets) {
    if (frame) decoder.onData(number, frame.bytes, 0, frame.bytes.length, frame.offset, frame.head);
    if (repair) decoder.onRepair(number, repair, new DataView(repair.buffer), 0, repair.length);
  }
  expect(decoder.rebuilt).toBe(frames.length);
  return frames.sort((a, b) => a.offset - b.offset);
}

const lossesOf = (packets: readonly Packet[], lost: ReadonlySet<number>, block: number): number =>
  packets.filter((each) => each.block === block && lost.has(each.number)).length;

/** Of blocks that lost no more packets than they had repairs, all frames that were lost; of others none. */
const mendable = (packets: readonly Packet[], lost: ReadonlySet<number>): Packet['frame'][] =>
  packets
    .filter(({ number, block, frame }) => {
      const repairs = packets.filter((each) => each.block === block && each.repair).length;
      return frame && lost.has(number) && lossesOf(packets, lost, block) <= repairs;
    })
    .map(({ frame }) => frame);

const scenario = fc.record({
  k: fc.integer({ min: 1, max: 14 }),
  r: fc.integer({ min: 1, max: 6 }),
  first: fc.constantFrom(0, 250, 2 ** 32 - 9),
  offset: fc.constantFrom(0, 2 ** 32 - 100, 2 ** 51),
  data: fc.array(
    fc.record({
      length: fc.integer({ min: 1, max: 60 }),
      head: fc.oneof(fc.constant(0), fc.nat(2 ** 30)),
      gap: fc.oneof(fc.constant(0), fc.nat(3)),
      wait: fc.constantFrom(0, 0, PATIENCE / 4),
    }),
    { minLength: 1, maxLength: 60, size: 'max' },
  ),
  dice: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 200, maxLength: 200 }),
  loss: fc.constantFrom(0.05, 0.15, 0.3, 0.6),
});

const send = ({ k, r, first, offset, data }: typeof scenario extends fc.Arbitrary<infer T> ? T : never): Packet[] => {
  const sender = new Sender({ k, r }, first, offset);
  for (const { length, head, gap, wait } of data) {
    sender.now += wait;
    sender.data(length, head, gap);
  }
  sender.end();
  return sender.packets;
};

describe('repair packets', () => {
  it('rebuild exactly the frames of blocks that lost no more than they have repairs', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const packets = send(given);
        const lost = new Set(packets.filter((_, i) => given.dice[i] < given.loss).map(({ number }) => number));
        const arrived = packets.filter(({ number }) => !lost.has(number));
        expect(rebuilt(given, arrived)).toEqual(mendable(packets, lost));
      }),
      { numRuns: 60 },
    );
  });

  it('rebuild each frame at most once, and rightly, whatever is lost, late or there twice', () => {
    fc.assert(
      fc.property(scenario, fc.array(fc.nat(6), { minLength: 200, maxLength: 200 }), (given, delays) => {
        const packets = send(given);
        const lost = new Set(packets.filter((_, i) => given.dice[i] < given.loss).map(({ number }) => number));
        const arrived = packets
          .map((packet, i) => ({ packet, at: i + delays[i] }))
          .filter(({ packet }) => !lost.has(packet.number))
          .sort((a, b) => a.at - b.at)
          .flatMap(({ packet }, i) => (delays[i] === 6 ? [packet, packet] : [packet]));
        const found = rebuilt(given, arrived);
        const offsets = found.map(({ offset }) => offset);
        expect(new Set(offsets).size).toBe(offsets.length);
        for (const frame of found) expect(packets.map((each) => each.frame)).toContainEqual(frame);
        for (const frame of mendable(packets, lost)) expect(found).toContainEqual(frame);
      }),
      { numRuns: 60 },
    );
  });

  it('count once when they come twice', () => {
    const fec = { k: 4, r: 2 };
    const sender = new Sender(fec);
    for (let i = 0; i < 4; i++) sender.data(10, 0);
    sender.flush();
    const [first, , , fourth, ...repairs] = sender.packets;
    const arrived = [first, fourth, repairs[0], repairs[0]];
    expect(rebuilt(fec, arrived)).toEqual([]);
    expect(rebuilt(fec, [...arrived, repairs[1]])).toEqual(sender.packets.slice(1, 3).map(({ frame }) => frame));
  });

  it('rebuild a block of 200 that lost 50', () => {
    const fec = { k: 200, r: 50 };
    const sender = new Sender(fec);
    for (let i = 0; i < 200; i++) sender.data(20 + (i % 7), 0);
    sender.flush();
    const { packets } = sender;
    expect(packets.length).toBe(250);
    const lost = new Set(packets.filter((_, i) => i % 5 === 3).map(({ number }) => number));
    const arrived = packets.filter(({ number }) => !lost.has(number));
    expect(rebuilt(fec, arrived)).toEqual(
      packets.filter((each) => each.frame && lost.has(each.number)).map((each) => each.frame),
    );
  });

  it('do not make a decoder fail, whatever they say', () => {
    const body = fc.tuple(
      fc.nat(30),
      fc.nat(3),
      fc.uint8Array({ minLength: 1, maxLength: 3 }),
      fc.uint8Array({ minLength: 15, maxLength: 40 }),
    );
    fc.assert(
      fc.property(
        fc.array(body, { maxLength: 40, size: 'max' }),
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        (bodies, coin) => {
          const decoder = new RepairDecoder({ k: 4, r: 3 }, (bytes, _, at, length, offset, head) => {
            expect(at + length).toBeLessThanOrEqual(bytes.length);
            expect(head).toBeLessThanOrEqual(offset);
            expect(offset + length).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
          });
          bodies.forEach(([distance, index, map, symbol], number) => {
            map[0] |= 1;
            const bytes = Uint8Array.of(distance, index, map.length, ...map, ...symbol);
            if (coin[number]) decoder.onData(number, symbol, 0, symbol.length, 0, 0);
            else decoder.onRepair(number, bytes, new DataView(bytes.buffer), 0, bytes.length);
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('RepairEncoder', () => {
  it('makes r repairs of every k packets, and nothing before', () => {
    const sender = new Sender({ k: 3, r: 2 });
    for (let i = 0; i < 7; i++) sender.data(10, 0);
    expect(sender.packets.map(({ repair }) => (repair ? 'repair' : 'data')).join(' ')).toBe(
      'data data data repair repair data data data repair repair data',
    );
    expect(sender.encoder.closeAt).toBe(PATIENCE);
  });

  it('ends a block that stays open too long, with no more repairs than it has members', () => {
    for (const [members, repairs] of [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 3],
    ]) {
      const sender = new Sender({ k: 10, r: 3 });
      for (let i = 0; i < members; i++) sender.data(10, 0);
      sender.now = PATIENCE - 1;
      sender.flush();
      expect(sender.packets.length).toBe(members);
      sender.now = PATIENCE;
      sender.flush();
      expect(sender.packets.length).toBe(members + repairs);
      expect(sender.encoder.closeAt).toBe(Infinity);
    }
  });

  it('ends a block whose members would lie too far apart for the map', () => {
    const sender = new Sender({ k: 4, r: 1 });
    sender.data(10, 0);
    sender.data(10, 0, 22);
    expect(sender.packets.some(({ repair }) => repair)).toBe(false);
    sender.data(10, 0);
    expect(sender.packets.map(({ repair }) => repair !== undefined)).toEqual([false, false, true, false]);
  });

  it('gives up a block when told so', () => {
    const fec = { k: 2, r: 2 };
    const sender = new Sender(fec);
    sender.data(40, 0);
    sender.data(40, 0);
    expect(sender.encoder.write(new Uint8Array(50), 0, 50, 2)).toBe(0);
    expect(sender.encoder.ready).toBe(2);
    sender.encoder.drop();
    sender.data(10, 0);
    sender.data(10, 0);
    sender.flush();
    expect(sender.packets.length).toBe(6);
    expect(rebuilt(fec, sender.packets.slice(4)).map(({ bytes }) => bytes.length)).toEqual([10, 10]);
  });
});
