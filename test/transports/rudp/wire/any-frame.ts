import fc from 'fast-check';
import type { Frame } from './recording-sink.ts';

/** Varints of every length. */
const varint = fc.oneof(fc.nat({ max: 0x3f }), fc.nat({ max: 0x3fff }), fc.nat({ max: 0x3fff_ffff }), fc.maxSafeNat());
/** Half of what there is, so that a length always fits behind it. */
const offset = varint.map((value) => Math.floor(value / 2));
const data = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex'));

/** From gaps and lengths, as they are on the wire. */
const ranges = fc
  .tuple(
    fc.nat({ max: 2 ** 40 }),
    fc.array(fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 300 })), { minLength: 1, maxLength: 20 }),
  )
  .map(([smallestOfAll, steps]) => {
    const descending: [number, number][] = [];
    let next = smallestOfAll;
    for (const [gap, length] of steps) {
      descending.unshift([next, next + length]);
      next += length + gap + 2;
    }
    return descending;
  });

const ack = fc
  .tuple(ranges, fc.nat({ max: 2 ** 40 }))
  .map(([ranges, units]): Frame => ({ frame: 'ack', delayUs: 8 * units, ranges }));
const ackFrequency = fc.tuple(varint, varint, varint, varint).map(
  ([sequence, packets, maxDelayUs, reordering]): Frame => ({
    frame: 'ack_frequency',
    sequence,
    packets,
    maxDelayUs,
    reordering,
  }),
);
const control = fc
  .tuple(fc.constantFrom('max_data' as const, 'data_blocked' as const, 'skip' as const), varint)
  .map(([frame, offset]): Frame => ({ frame, offset }));
// No lone surrogates: they do not survive UTF-8.
const close = fc
  .tuple(varint, fc.string({ unit: 'binary', maxLength: 20 }))
  .map(([code, reason]): Frame => ({ frame: 'close', code, reason }));
const recovered = fc
  .tuple(offset, offset)
  .map(([offset, length]): Frame => ({ frame: 'recovered', offset, length: length + 1 }));
const someData = fc
  .tuple(offset, fc.integer({ min: 0, max: 4 }), data)
  .map(
    ([offset, quarters, data]): Frame => ({ frame: 'data', offset, head: Math.floor((offset * quarters) / 4), data }),
  );
const repair = data.map((data): Frame => ({ frame: 'repair', data }));

export const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.constant<Frame>({ frame: 'ping' }),
  ack,
  ackFrequency,
  control,
  close,
  recovered,
  someData,
  repair,
);
