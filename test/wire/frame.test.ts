import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FRAME_HEADER_BYTES, FrameError, FrameReader } from '../../src/wire/frame.ts';

const MAX = 3000;

function encode(messages: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(
    messages.flatMap((message) => {
      const { length } = message;
      return [length & 255, (length >>> 8) & 255, (length >>> 16) & 255, length >>> 24, ...message];
    }),
  );
}

/** Feeds `stream` in pieces of at most the given sizes, as a socket does that never reads beyond the reader's room. */
function feed(reader: FrameReader, stream: Uint8Array, pieces: readonly number[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0, i = 0; at < stream.length; i++) {
    if (reader.room <= 0) throw new Error('a reader without room can never go on');
    const count = Math.min(pieces[i % pieces.length] ?? 1, reader.room, stream.length - at);
    reader.bytes.set(stream.subarray(at, at + count), reader.end);
    reader.cut(count, i);
    if (reader.arrival !== i) throw new Error(`arrived at ${reader.arrival}, expected ${i}`);
    for (let k = 0; k < reader.count; k++) {
      const [offset, length] = [reader.offsets[k] ?? -1, reader.lengths[k] ?? -1];
      found.push(reader.bytes.slice(offset, offset + length));
      if (reader.view.buffer !== reader.bytes.buffer) throw new Error('view and bytes are not the same memory');
    }
    reader.compact();
    at += count;
  }
  return found;
}

const messages = fc.array(fc.uint8Array({ maxLength: MAX, size: 'max' }), { maxLength: 12 });
const pieces = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5000 })), { minLength: 1 });

test('messages of any size, cut anywhere, come out the same', () => {
  fc.assert(
    fc.property(messages, pieces, fc.integer({ min: 8, max: 4096 }), (sent, sizes, bufferBytes) => {
      const reader = new FrameReader(bufferBytes, MAX);
      const found = feed(reader, encode(sent), sizes);
      expect(found.length).toBe(sent.length);
      // Far quicker than comparing arrays number by number.
      for (const [i, message] of sent.entries()) expect(Buffer.compare(found[i] ?? Buffer.of(), message)).toBe(0);
      expect(reader.end, 'nothing may be left over').toBe(0);
      // Memory is bounded by the largest message, whatever was sent.
      expect(reader.bytes.length).toBeLessThanOrEqual(Math.max(bufferBytes, FRAME_HEADER_BYTES + MAX));
    }),
  );
});

test('a forged length is refused before anything is allocated for it', () => {
  fc.assert(
    fc.property(fc.integer({ min: MAX + 1, max: 2 ** 32 - 1 }), fc.nat(3), (length, whole) => {
      const reader = new FrameReader(4096, MAX);
      const header = new Uint8Array(FRAME_HEADER_BYTES);
      new DataView(header.buffer).setUint32(0, length, true);
      const before = encode(Array.from({ length: whole }, () => new Uint8Array(10)));
      const stream = Uint8Array.from([...before, ...header]);
      expect(() => feed(reader, stream, [stream.length])).toThrow(FrameError);
      expect(() => feed(new FrameReader(4096, MAX), stream, [1])).toThrow(
        `a message of ${length} bytes was announced, at most ${MAX} are accepted`,
      );
      expect(reader.bytes.length).toBe(4096);
    }),
  );
});

test('an unfinished message waits, whole, at the front', () => {
  const reader = new FrameReader(64, MAX);
  const stream = encode([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]);
  expect(feed(reader, stream.subarray(0, 10), [10])).toEqual([Uint8Array.of(1, 2, 3)]);
  expect(reader.end).toBe(3);
  expect(feed(reader, stream.subarray(10), [3])).toEqual([Uint8Array.of(4, 5)]);
});
