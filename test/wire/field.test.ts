import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkText,
  encodeFields,
  FIELD_HEADER_BYTES,
  FieldError,
  fieldLength,
  writeFieldHeader,
} from '../../src/wire/field.ts';
import { FieldReader, readFields } from '../../src/wire/field-reader.ts';
import { malformedAt } from '../../src/wire/utf8.ts';

const LIMIT = 65_536;
const texts = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 12 });
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const decoded = (bytes: Uint8Array, at: number, length: number): string =>
  new TextDecoder().decode(bytes.slice(at, at + length));

function read(stream: Uint8Array, cuts: readonly number[], limit = LIMIT): { got: string[]; reader: FieldReader } {
  const got: string[] = [];
  const reader = new FieldReader((bytes, at, length) => got.push(decoded(bytes, at, length)), limit);
  const edges = [...new Set([0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length])].sort((a, b) => a - b);
  for (let i = 1; i < edges.length; i++) {
    // As a transport does: at an offset of memory that is used for something else afterwards.
    const piece = new Uint8Array(3 + edges[i] - edges[i - 1]);
    piece.set(stream.subarray(edges[i - 1], edges[i]), 3);
    reader.read(piece, 3, piece.length - 3);
    piece.fill(0xee);
  }
  return { got, reader };
}

test('the header is a left-justified number, padded with spaces to 10 bytes', () => {
  expect(decoded(encodeFields('grüße'), 0, 17)).toBe('7         grüße');
  fc.assert(
    fc.property(fc.nat(9_999_999_999), fc.nat(5), (length, at) => {
      const bytes = new Uint8Array(20).fill(0xaa);
      writeFieldHeader(bytes, at, length);
      expect(decoded(bytes, at, FIELD_HEADER_BYTES)).toBe(String(length).padEnd(10));
      expect(fieldLength(bytes, at, Infinity)).toBe(length);
      expect(bytes[at + FIELD_HEADER_BYTES]).toBe(0xaa);
    }),
  );
});

test('what was sent is read, however the stream is cut', () => {
  fc.assert(
    fc.property(texts, fc.array(fc.nat(), { maxLength: 30 }), (sent, cuts) => {
      const { got, reader } = read(encodeFields(...sent), cuts);
      expect(got).toEqual(sent);
      reader.end();
    }),
  );
});

test('a stream that comes byte by byte is read, and one that ends in mid-field is told', () => {
  fc.assert(
    fc.property(texts, fc.string({ minLength: 1, maxLength: 30 }), fc.nat(), (sent, last, short) => {
      const stream = encodeFields(...sent, last);
      const cut = ascii(last).length + FIELD_HEADER_BYTES - 1;
      const part = stream.subarray(0, stream.length - 1 - (short % cut));
      const { got, reader } = read(part, Array.from(part.keys()));
      expect(got).toEqual(sent);
      expect(() => reader.end()).toThrow(/the field was cut: \d+ bytes of (a header|\d+) came/);
    }),
  );
});

test('bytes of any kind are read as fields or refused, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(), { maxLength: 8 }), (bytes, cuts) => {
      try {
        read(bytes, cuts);
      } catch (error) {
        expect(error).toBeInstanceOf(FieldError);
      }
    }),
  );
});

test.each([
  ['hello w   ', /"hello w {3}" is not a number/],
  ['          ', /is not a number/],
  [' 12       ', /is not a number: expected a length in decimal digits, padded with spaces on the right to 10/],
  ['1 2       ', /is not a number/],
  ['+5        ', /is not a number/],
  ['1e3       ', /is not a number/],
  ['-5        ', /"-5 {8}" is negative/],
  ['1000000000', /a field of 1000000000 bytes was announced; at most 65536 are accepted/],
  ['65537     ', /65537 bytes was announced/],
])('the header %j is refused', (header, why) => {
  expect(() => read(ascii(header), [])).toThrow(why);
  // At the first byte that rules it out, also when they come one by one.
  expect(() =>
    read(
      ascii(header),
      Array.from(header, (_, i) => i),
    ),
  ).toThrow(FieldError);
  expect(() => readFields(ascii(header), 0, 10, 1, LIMIT, () => {})).toThrow(why);
});

test('what cannot become a header is refused before it is whole', () => {
  expect(() => read(ascii('hi\n'), [])).toThrow(/"hi\\n" is not a number/);
});

test('nothing is handed on after stop', () => {
  const got: number[] = [];
  const reader: FieldReader = new FieldReader((_, __, length) => {
    got.push(length);
    reader.stop();
  });
  const stream = encodeFields('a', 'bc', 'def');
  reader.read(stream, 0, stream.length);
  reader.read(stream, 0, stream.length);
  expect(got).toEqual([1]);
});

test('whole messages hold as many fields as they should and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { minLength: 1, maxLength: 3 }), (sent) => {
      const bytes = encodeFields(...sent);
      const got: string[] = [];
      const sink = (b: Uint8Array, at: number, length: number) => got.push(decoded(b, at, length));
      readFields(bytes, 0, bytes.length, sent.length, LIMIT, sink);
      expect(got).toEqual(sent);
      expect(() => readFields(bytes, 0, bytes.length - 1, sent.length, LIMIT, sink)).toThrow(/was cut/);
      expect(() => readFields(bytes, 0, bytes.length, sent.length + 1, LIMIT, sink)).toThrow(/was cut/);
      const more = new Uint8Array([...bytes, 65]);
      expect(() => readFields(more, 0, more.length, sent.length, LIMIT, sink)).toThrow(/1 bytes stand behind/);
      expect(got).toEqual(sent);
    }),
  );
});

test('UTF-8 is told from what is none, as the decoder of the platform does', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const well = (bytes: Uint8Array): boolean => {
    try {
      strict.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const near = fc
    .array(
      fc.constantFrom(
        0x41,
        0x7f,
        0x80,
        0x8f,
        0x90,
        0x9f,
        0xa0,
        0xbf,
        0xc0,
        0xc2,
        0xdf,
        0xe0,
        0xed,
        0xef,
        0xf0,
        0xf4,
        0xf5,
        0xff,
      ),
      { maxLength: 6 },
    )
    .map((bytes) => Uint8Array.from(bytes));
  fc.assert(
    fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 8 }), fc.string({ unit: 'binary' }).map(ascii)), (bytes) => {
      expect(malformedAt(bytes, 0, bytes.length) < 0).toBe(well(bytes));
    }),
    { numRuns: 2000 },
  );
  expect(() => checkText(Uint8Array.from([65, 0xc3, 65]), 0, 3)).toThrow(
    'the text is no UTF-8: byte 1 of 3 (0xc3) begins no character',
  );
});
