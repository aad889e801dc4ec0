import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SendBuffer, type SendBufferOptions } from '../../../../src/transports/rudp/send/send-buffer.ts';
import { NaiveSendBuffer } from './naive-send-buffer.ts';

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const), size: fc.nat(90), count: fc.nat(5) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), room: fc.integer({ min: 1, max: 80 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ack' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('lose' as const), which: fc.nat() }) },
  // As a probe does: the packet is not lost, but what it carries is sent again.
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), which: fc.nat() }) },
  // The receiver has rebuilt what nobody acknowledged.
  { weight: 1, arbitrary: fc.record({ do: fc.constant('recover' as const), which: fc.nat(), length: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('credit' as const), more: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ns: fc.nat(60) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Limits {
  readonly unsentLimit: number;
  readonly roundTripNs: number;
  readonly fullRoom: number;
}

const limits: fc.Arbitrary<Limits> = fc.record({
  unsentLimit: fc.constantFrom(1, 100, 300, Infinity),
  roundTripNs: fc.constantFrom(0, 40),
  fullRoom: fc.constantFrom(0, 40, 80),
});

/** A SendBuffer and its model, led through the same life. */
class Pair {
  readonly buffer: SendBuffer;
  readonly model: NaiveSendBuffer;
  /** What the peer has got: packets acknowledged, and what was in them. */
  readonly received: number[] = [];
  readonly #flight: { offset: number; length: number }[] = [];
  /** Declared lost, but they may turn up all the same. */
  readonly #missing: { offset: number; length: number }[] = [];
  readonly #into = new Uint8Array(128);
  #now = 1000;
  #credit = 0;
  #fill = 0;

  constructor(options: SendBufferOptions, given: Limits) {
    this.buffer = Object.assign(new SendBuffer(options), given);
    this.model = Object.assign(new NaiveSendBuffer(options), given);
  }

  act(step: Step): void {
    if (step.do === 'take') this.#take(step.size, step.count);
    else if (step.do === 'send') this.send(step.room);
    else if (step.do === 'ack') this.#acknowledge(step.which);
    else if (step.do === 'lose') this.#lose(step.which);
    else if (step.do === 'repeat') this.#repeat(step.which);
    else if (step.do === 'recover') this.#recover(step.which, step.length);
    else if (step.do === 'credit') this.#credit += step.more;
    else this.#now += step.ns;
    this.#compare();
  }

  #take(size: number, count: number): void {
    const slab = Uint8Array.from({ length: 3 + count * (size + 4) }, () => this.#fill++);
    const wanted = this.model.take(slab.subarray(3), size, count, this.#now);
    expect(this.buffer.take(slab, 3, size, count, this.#now)).toBe(wanted);
  }

  /** Returns whether there was something to send. */
  send(room: number, credit: number = this.#credit): boolean {
    const { buffer, model } = this;
    const wanted = model.next(room, credit, this.#now);
    const found = buffer.next(room, credit, this.#now);
    expect(buffer.blocked).toBe(wanted === 'blocked');
    expect(found).toBe(typeof wanted === 'object');
    if (typeof wanted !== 'object') return false;
    const { chunkOffset: offset, chunkLength: length, chunkHead: head, chunkIsRetransmission: again } = buffer;
    expect({ start: offset, stop: offset + length, head, again }).toEqual(wanted);
    buffer.copyChunk(this.#into, 5);
    expect([...this.#into.subarray(5, 5 + length)]).toEqual(model.bytes.slice(offset, offset + length));
    buffer.commit();
    model.commit(wanted);
    this.#flight.push({ offset, length });
    return true;
  }

  /** Everything in flight arrives. */
  acknowledgeAll(): void {
    while (this.#flight.length > 0) this.#acknowledge(0);
    this.#compare();
  }

  #acknowledge(which: number): void {
    const from = which % 4 === 3 && this.#missing.length > 0 ? this.#missing : this.#flight;
    if (from.length === 0) return;
    const [{ offset, length }] = from.splice(which % from.length, 1);
    this.#bothAcked(offset, length);
  }

  #bothAcked(offset: number, length: number): void {
    for (let i = offset; i < offset + length; i++) this.received[i] = this.model.bytes[i];
    this.buffer.onAcked(offset, length);
    this.model.onAcked(offset, length);
  }

  #lose(which: number): void {
    if (this.#flight.length === 0) return;
    const [packet] = this.#flight.splice(which % this.#flight.length, 1);
    this.#missing.push(packet);
    this.buffer.onLost(packet.offset, packet.length, this.#now);
    this.model.onLost(packet.offset, packet.length, this.#now);
  }

  #repeat(which: number): void {
    if (this.#flight.length === 0) return;
    const { offset, length } = this.#flight[which % this.#flight.length];
    this.buffer.onLost(offset, length, this.#now);
    this.model.onLost(offset, length, this.#now);
  }

  #recover(which: number, length: number): void {
    const sent = this.model.states.length - this.model.unsent;
    if (sent === 0) return;
    const offset = which % sent;
    this.#bothAcked(offset, Math.min(length, sent - offset));
  }

  #compare(): void {
    const { buffer, model } = this;
    expect(buffer.base).toBe(model.base);
    expect(buffer.end).toBe(model.bytes.length);
    expect(buffer.unsent).toBe(model.unsent);
    expect(buffer.idle).toBe(!model.states.some((state) => state === 'unsent' || state === 'lost'));
    expect(buffer.drained).toBe(model.base === model.bytes.length);
    expect(buffer.expired).toBe(model.expired);
    expect(buffer.abandoned > 0).toBe(model.states.includes('abandoned'));
  }
}

describe('SendBuffer, beside a model that keeps a state per byte', () => {
  for (const [mode, keepsUntil] of [
    ['reliable', 'acked'],
    ['sequenced', 'sent'],
    ['deadline', 100],
  ] as const) {
    for (const aligned of [true, false]) {
      it(`does the same with ${aligned ? 'aligned' : 'full'} chunks, ${mode}, and ends with everything settled`, () => {
        fc.assert(
          fc.property(
            fc.array(step, { maxLength: 80 }),
            limits,
            fc.constantFrom(100, 400),
            (steps, given, maxBytes) => {
              const pair = new Pair({ aligned, maxBytes, keepsUntil }, given);
              for (const step of steps) pair.act(step);
              while (pair.send(80, Infinity));
              pair.acknowledgeAll();
              expect(pair.buffer.drained).toBe(true);
              if (keepsUntil === 'acked') expect(pair.received).toEqual(pair.model.bytes);
            },
          ),
          { numRuns: 150 },
        );
      });
    }
  }
});
