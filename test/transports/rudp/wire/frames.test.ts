import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangeSet } from '../../../../src/transports/rudp/ranges.ts';
import { FrameParser } from '../../../../src/transports/rudp/wire/frame-parser.ts';
import {
  dataFrameOverhead,
  writeAck,
  writeClose,
  writeDataHeader,
} from '../../../../src/transports/rudp/wire/frames.ts';
import { varintBytes } from '../../../../src/transports/rudp/wire/varint.ts';
import { anyFrame } from './any-frame.ts';
import { type Frame, RecordingSink } from './recording-sink.ts';
import { writeFrame } from './write-frame.ts';

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The frames in bytes[from..to); undefined when it is malformed. */
function framesOf(bytes: Uint8Array, from = 0, to: number = bytes.length): Frame[] | undefined {
  const sink = new RecordingSink(bytes);
  const ok = new FrameParser().parse(bytes, viewOf(bytes), from, to, sink);
  if (!ok && sink.frames.length > 0) expect.fail('told of a malformed packet');
  return ok ? sink.frames : undefined;
}

const NOT_ELICITING = ['ack', 'close'];

describe('frames', () => {
  it('come back as they were written, whatever stands around them', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 6 }), fc.nat({ max: 40 }), (frames, from) => {
        const bytes = new Uint8Array(4000).fill(0xff);
        let to = from;
        frames.forEach((frame, i) => {
          to = writeFrame(bytes, to, bytes.length, frame, i === frames.length - 1);
        });
        const parser = new FrameParser();
        const sink = new RecordingSink(bytes);
        expect(parser.parse(bytes, viewOf(bytes), from, to, sink)).toBe(true);
        expect(sink.frames).toEqual(frames);
        expect(parser.ackEliciting).toBe(frames.some(({ frame }) => !NOT_ELICITING.includes(frame)));
      }),
      { numRuns: 200 },
    );
  });

  it('are not written when they do not fit', () => {
    const limited = anyFrame.filter(({ frame }) => frame !== 'data' && frame !== 'repair' && frame !== 'ack');
    fc.assert(
      fc.property(limited, fc.nat({ max: 300 }), (frame, room) => {
        const bytes = new Uint8Array(400).fill(0xee);
        const size = writeFrame(new Uint8Array(400), 0, 400, frame);
        const next = writeFrame(bytes, 5, 5 + room, frame);
        expect(next).toBe(size <= room ? 5 + size : 5);
        expect(bytes.subarray(next).every((byte) => byte === 0xee)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('may be followed and preceded by padding, which asks for no acknowledgement', () => {
    expect(framesOf(Uint8Array.of(0, 0, 1, 0))).toEqual([{ frame: 'ping' }]);
    const parser = new FrameParser();
    const padding = new Uint8Array(5);
    expect(parser.parse(padding, viewOf(padding), 0, 5, new RecordingSink(padding))).toBe(true);
    expect(parser.ackEliciting).toBe(false);
  });

  it('do not make the packet behind a malformed one ack-eliciting', () => {
    const parser = new FrameParser();
    const bytes = Uint8Array.of(1, 0x7f);
    expect(parser.parse(bytes, viewOf(bytes), 0, 2, new RecordingSink(bytes))).toBe(false);
    expect(parser.ackEliciting).toBe(false);
  });

  it('of unknown types make the packet malformed', () => {
    // Every type there is takes one of these as its fields, and the rest as padding or PINGs.
    const fields = [0, 1, 2, 3, 4].flatMap((size) => [new Uint8Array(size), new Uint8Array(size).fill(1)]);
    const known = Array.from({ length: 256 }, (_, type) => type).filter((type) =>
      fields.some((bytes) => framesOf(Uint8Array.of(type, ...bytes)) !== undefined),
    );
    expect(known).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0x10, 0x11, 0x12, 0x13, 0x20]);
  });
});

describe('DATA', () => {
  it('has the overhead that was announced', () => {
    const varint = fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 70_000 }), fc.maxSafeNat());
    fc.assert(
      fc.property(varint, varint, fc.oneof(fc.constant(-1), varint), (offset, head, length) => {
        expect(writeDataHeader(new Uint8Array(40), 3, offset, head, length)).toBe(
          3 + dataFrameOverhead(offset, head, length),
        );
      }),
    );
  });
});

describe('ACK', () => {
  /** As in section "Frames" of docs/rudp.md, with nothing but sums. */
  function ackBytes(descending: readonly (readonly [number, number])[], delayUs: number, countBytes: number): number {
    const [[smallest, largest]] = descending;
    let bytes = 1 + varintBytes(largest) + varintBytes(delayUs >> 3) + countBytes + varintBytes(largest - smallest);
    for (let i = 1; i < descending.length; i++) {
      bytes += varintBytes(descending[i - 1][0] - descending[i][1] - 2);
      bytes += varintBytes(descending[i][1] - descending[i][0]);
    }
    return bytes;
  }

  it('holds the newest ranges, as many as fit', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 })), {
      minLength: 1,
      maxLength: 80,
    });
    fc.assert(
      fc.property(
        steps,
        fc.nat({ max: 2 ** 30 }),
        fc.nat({ max: 250 }),
        fc.integer({ min: 1, max: 90 }),
        (sizes, first, room, maxRanges) => {
          const ranges = new RangeSet();
          const descending: [number, number][] = [];
          let next = first;
          for (const [gap, length] of sizes) {
            ranges.add(next, next + length);
            descending.unshift([next, next + length - 1]);
            next += length + gap;
          }
          const most = Math.min(maxRanges, descending.length);
          let fitting = most;
          while (fitting > 0 && ackBytes(descending.slice(0, fitting), 800, varintBytes(most - 1)) > room) fitting--;
          const bytes = new Uint8Array(500).fill(0xee);
          const to = writeAck(bytes, 7, 7 + room, ranges, 805, maxRanges);
          expect(bytes.subarray(to).every((byte) => byte === 0xee)).toBe(true);
          if (fitting === 0) expect(to).toBe(7);
          else {
            expect(framesOf(bytes, 7, to)).toEqual([
              { frame: 'ack', delayUs: 800, ranges: descending.slice(0, fitting) },
            ]);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is not written when nothing was received', () => {
    expect(writeAck(new Uint8Array(20), 3, 20, new RangeSet(), 0, 64)).toBe(3);
  });

  it('that reaches below packet number 0 is malformed', () => {
    expect(framesOf(Uint8Array.of(2, 5, 0, 0, 5))).toEqual([{ frame: 'ack', delayUs: 0, ranges: [[0, 5]] }]);
    expect(framesOf(Uint8Array.of(2, 5, 0, 0, 6))).toBeUndefined();
    expect(framesOf(Uint8Array.of(2, 5, 0, 1, 2, 1, 0))).toEqual([
      {
        frame: 'ack',
        delayUs: 0,
        ranges: [
          [3, 5],
          [0, 0],
        ],
      },
    ]);
    expect(framesOf(Uint8Array.of(2, 5, 0, 1, 2, 1, 1))).toBeUndefined();
    expect(framesOf(Uint8Array.of(2, 5, 0, 1, 2, 2, 0))).toBeUndefined();
  });

  it('that promises more ranges than it has is malformed', () => {
    expect(framesOf(Uint8Array.of(2, 50, 0, 0xdf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0))).toBeUndefined();
  });
});

describe('CLOSE', () => {
  it('cuts a long reason between characters', () => {
    const bytes = new Uint8Array(400);
    const to = writeClose(bytes, 0, 400, 2, `${'x'.repeat(255)}\u{1f30d}`);
    expect(framesOf(bytes, 0, to)).toEqual([{ frame: 'close', code: 2, reason: 'x'.repeat(255) }]);
  });

  it('with a longer reason than that is malformed', () => {
    const close = (length: number): Uint8Array =>
      Uint8Array.of(7, 0, 0x40 | (length >> 8), length & 0xff, ...new Uint8Array(length));
    expect(framesOf(close(256))).toEqual([{ frame: 'close', code: 0, reason: '\0'.repeat(256) }]);
    expect(framesOf(close(257))).toBeUndefined();
  });

  it('may carry bytes that are no UTF-8', () => {
    expect(framesOf(Uint8Array.of(7, 0, 2, 0xff, 0x41))).toEqual([{ frame: 'close', code: 0, reason: '\ufffdA' }]);
  });
});
