import { malformedAt } from './utf8.ts';

/**
 * A field: its length in bytes as a decimal number in ASCII, padded with spaces on the right to 10 bytes, then that many bytes of
 * UTF-8.
 */
export const FIELD_HEADER_BYTES = 10;
/** The most that a field may announce, unless its reader allows less: a text that people read. */
export const MAX_FIELD_BYTES: number = 64 << 10;

const SPACE = 0x20;
const MINUS = 0x2d;
const ZERO = 0x30;

/** What came is no field; the message says what was wrong with it. */
export class FieldError extends Error {
  override name = 'FieldError';
}

export function writeFieldHeader(into: Uint8Array, at: number, length: number): void {
  let digits = 1;
  for (let rest = length; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  let rest = length;
  for (let i = digits - 1; i >= 0; i--) {
    const tens = Math.floor(rest / 10);
    into[at + i] = ZERO + rest - 10 * tens;
    rest = tens;
  }
  for (let i = digits; i < FIELD_HEADER_BYTES; i++) into[at + i] = SPACE;
}

/** Fields one behind the other, as on the wire. */
export function encodeFields(...texts: readonly string[]): Uint8Array {
  const parts = texts.map((text) => new TextEncoder().encode(text));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + FIELD_HEADER_BYTES + part.length, 0));
  let at = 0;
  for (const part of parts) {
    writeFieldHeader(bytes, at, part.length);
    bytes.set(part, at + FIELD_HEADER_BYTES);
    at += FIELD_HEADER_BYTES + part.length;
  }
  return bytes;
}

/**
 * The length that the header at `at` announces. @throws FieldError for what is no number, for one below 0, and for one above `limit`
 */
export function fieldLength(bytes: Uint8Array, at: number, limit: number): number {
  checkHeader(bytes, at, FIELD_HEADER_BYTES);
  let length = 0;
  for (let i = at; i < at + FIELD_HEADER_BYTES && bytes[i] !== SPACE; i++) length = 10 * length + bytes[i] - ZERO;
  if (length > limit) throw new FieldError(`a field of ${length} bytes was announced; at most ${limit} are accepted`);
  return length;
}

/** Looks at the first `count` bytes of a header, of which the rest has yet to come. @throws FieldError */
export function checkHeader(bytes: Uint8Array, at: number, count: number): void {
  let padding = false;
  for (let i = 0; i < count; i++) {
    const byte = bytes[at + i];
    if (byte === SPACE && i > 0) padding = true;
    else if (padding || byte < ZERO || byte > ZERO + 9) throw badHeader(bytes, at, count);
  }
}

function badHeader(bytes: Uint8Array, at: number, count: number): FieldError {
  const shown = JSON.stringify(String.fromCharCode(...bytes.subarray(at, at + count)));
  const negative = bytes[at] === MINUS && count > 1 && bytes[at + 1] >= ZERO && bytes[at + 1] <= ZERO + 9;
  return new FieldError(
    negative
      ? `the header ${shown} is negative: a length is 0 or more`
      : `the header ${shown} is not a number: expected a length in decimal digits, padded with spaces on the right to ${FIELD_HEADER_BYTES} bytes`,
  );
}

/** @throws FieldError for bytes that are no UTF-8 */
export function checkText(bytes: Uint8Array, at: number, length: number): void {
  const bad = malformedAt(bytes, at, at + length);
  if (bad < 0) return;
  const byte = bytes[bad].toString(16).padStart(2, '0');
  throw new FieldError(`the text is no UTF-8: byte ${bad - at} of ${length} (0x${byte}) begins no character`);
}
