import { checkHeader, FIELD_HEADER_BYTES, FieldError, fieldLength, MAX_FIELD_BYTES } from './field.ts';

/** Takes a field's bytes: `length` of them from `at` on, valid during the call only. */
export type FieldSink = (bytes: Uint8Array, at: number, length: number) => void;

const FIRST_BYTES = 256;
/** Up to here a loop is quicker than making the view that `set` needs. */
const SHORT_COPY = 48;

/**
 * Finds the fields in a stream of bytes, however it is cut. Fields that come whole are handed on where they lie; of an unfinished one is
 * kept what has come of it, so that an announcement alone costs no memory.
 */
export class FieldReader {
  /** The most that the next field may have. */
  limit: number;
  /** Where fields go: for messages that come whole as well. */
  readonly sink: FieldSink;
  #kept = new Uint8Array(0);
  #length = 0;
  #stopped = false;

  constructor(sink: FieldSink, limit: number = MAX_FIELD_BYTES) {
    this.sink = sink;
    this.limit = limit;
  }

  /** @throws FieldError for a header that is none; nothing can be read after that */
  read(bytes: Uint8Array, from: number, length: number): void {
    const to = from + length;
    let at = this.#length > 0 ? this.#finish(bytes, from, to) : from;
    while (to - at >= FIELD_HEADER_BYTES && !this.#stopped) {
      const size = fieldLength(bytes, at, this.limit);
      if (to - at - FIELD_HEADER_BYTES < size) break;
      this.sink(bytes, at + FIELD_HEADER_BYTES, size);
      at += FIELD_HEADER_BYTES + size;
    }
    if (at === to || this.#stopped) return;
    if (to - at < FIELD_HEADER_BYTES) checkHeader(bytes, at, to - at);
    this.#keep(bytes, at, to);
  }

  /** Hands on nothing any more: also for a sink that has heard enough. */
  stop(): void {
    this.#stopped = true;
  }

  /** The stream is over. @throws FieldError when that was in the middle of a field */
  end(): void {
    if (this.#length === 0 || this.#stopped) return;
    const whole =
      this.#length < FIELD_HEADER_BYTES ? 'a header' : `${fieldLength(this.#kept, 0, this.limit) + FIELD_HEADER_BYTES}`;
    throw new FieldError(`the field was cut: ${this.#length} bytes of ${whole} came`);
  }

  /** Completes the field that was begun, as far as it goes; returns where the rest begins. */
  #finish(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    if (this.#length < FIELD_HEADER_BYTES) {
      at = Math.min(to, from + FIELD_HEADER_BYTES - this.#length);
      this.#keep(bytes, from, at);
      checkHeader(this.#kept, 0, this.#length);
      if (this.#length < FIELD_HEADER_BYTES) return to;
    }
    const size = fieldLength(this.#kept, 0, this.limit);
    const end = Math.min(to, at + FIELD_HEADER_BYTES + size - this.#length);
    this.#keep(bytes, at, end);
    if (this.#length < FIELD_HEADER_BYTES + size) return to;
    this.#length = 0;
    this.sink(this.#kept, FIELD_HEADER_BYTES, size);
    return end;
  }

  #keep(bytes: Uint8Array, from: number, to: number): void {
    const length = this.#length + to - from;
    if (length > this.#kept.length) {
      const larger = new Uint8Array(Math.max(FIRST_BYTES, 2 ** Math.ceil(Math.log2(length))));
      copyBytes(larger, 0, this.#kept, 0, this.#length);
      this.#kept = larger;
    }
    copyBytes(this.#kept, this.#length, bytes, from, to - from);
    this.#length = length;
  }
}

/** Hands on the fields of a message that came whole; it must have `count` of them and nothing else. @throws FieldError */
export function readFields(
  bytes: Uint8Array,
  from: number,
  length: number,
  count: number,
  limit: number,
  sink: FieldSink,
): void {
  const end = from + length;
  // All are looked at before the first is handed on.
  let at = from;
  for (let i = 0; i < count; i++) at = endOf(bytes, at, end, limit);
  if (at < end) throw new FieldError(`${end - at} bytes stand behind the last field of the message`);
  for (at = from; at < end; at = endOf(bytes, at, end, limit)) {
    const start = at + FIELD_HEADER_BYTES;
    sink(bytes, start, endOf(bytes, at, end, limit) - start);
  }
}

function endOf(bytes: Uint8Array, at: number, end: number, limit: number): number {
  if (end - at < FIELD_HEADER_BYTES) {
    checkHeader(bytes, at, end - at);
    throw new FieldError(`the field was cut: ${end - at} bytes of a header came`);
  }
  const size = fieldLength(bytes, at, limit);
  const whole = FIELD_HEADER_BYTES + size;
  if (end - at < whole) throw new FieldError(`the field was cut: ${end - at} bytes of ${whole} came`);
  return at + whole;
}

export function copyBytes(into: Uint8Array, to: number, from: Uint8Array, at: number, count: number): void {
  if (count > SHORT_COPY) into.set(from.subarray(at, at + count), to);
  else for (let i = 0; i < count; i++) into[to + i] = from[at + i];
}
