import { FIELD_HEADER_BYTES, writeFieldHeader } from '../../wire/field.ts';
import { copyBytes } from '../../wire/field-reader.ts';

const FIRST_ENTRIES = 16;
const FIRST_BYTES = 4096;

/**
 * The messages that some member of a room has yet to be sent, each encoded once for all of them: members read from it where they are.
 * Lies in one stretch of memory, so that what follows one another can be sent in one call; empty, it starts anew.
 */
export class RoomLog {
  /** Holds each message behind the headroom of the transport. */
  bytes: Uint8Array = new Uint8Array(new ArrayBuffer(FIRST_BYTES));
  /** Number of the oldest entry, and of the next one. */
  first = 0;
  next = 0;
  readonly #headroom: number;
  #starts = new Uint32Array(FIRST_ENTRIES);
  #sizes = new Uint32Array(FIRST_ENTRIES);
  #senders = new Uint32Array(FIRST_ENTRIES);
  #counted = new Uint8Array(FIRST_ENTRIES);
  #end = 0;

  constructor(headroom: number) {
    this.#headroom = headroom;
  }

  /** `prefix`: the sender's name as a field. */
  add(sender: number, counted: boolean, prefix: Uint8Array, text: Uint8Array, at: number, length: number): void {
    const size = prefix.length + FIELD_HEADER_BYTES + length;
    if (this.next - this.first === this.#starts.length) this.#growEntries();
    if (this.#end + this.#headroom + size > this.bytes.length) this.#makeRoom(this.#headroom + size);
    const { bytes } = this;
    const i = this.next++ & (this.#starts.length - 1);
    this.#starts[i] = this.#end;
    this.#sizes[i] = size;
    this.#senders[i] = sender;
    this.#counted[i] = counted ? 1 : 0;
    let to = this.#end + this.#headroom;
    copyBytes(bytes, to, prefix, 0, prefix.length);
    to += prefix.length;
    writeFieldHeader(bytes, to, length);
    copyBytes(bytes, to + FIELD_HEADER_BYTES, text, at, length);
    this.#end = to + FIELD_HEADER_BYTES + length;
  }

  /** Where the headroom of an entry begins. */
  start(entry: number): number {
    return this.#starts[entry & (this.#starts.length - 1)];
  }

  size(entry: number): number {
    return this.#sizes[entry & (this.#sizes.length - 1)];
  }

  sender(entry: number): number {
    return this.#senders[entry & (this.#senders.length - 1)];
  }

  /** Copies of from..to-1 that are counted and not the reader's own. */
  countOthers(from: number, to: number, reader: number): number {
    const mask = this.#senders.length - 1;
    let count = 0;
    for (let entry = from; entry < to; entry++) {
      if (this.#senders[entry & mask] !== reader) count += this.#counted[entry & mask];
    }
    return count;
  }

  /** Forgets the entries below `first`. */
  trim(first: number): void {
    this.first = first;
    if (first === this.next) this.#end = 0;
  }

  #growEntries(): void {
    const { first, next } = this;
    const grown = <T extends Uint32Array | Uint8Array>(from: T, to: T): T => {
      for (let entry = first; entry < next; entry++) to[entry & (to.length - 1)] = from[entry & (from.length - 1)];
      return to;
    };
    const length = 2 * this.#starts.length;
    this.#starts = grown(this.#starts, new Uint32Array(length));
    this.#sizes = grown(this.#sizes, new Uint32Array(length));
    this.#senders = grown(this.#senders, new Uint32Array(length));
    this.#counted = grown(this.#counted, new Uint8Array(length));
  }

  /** Moves what there is to the front, of larger memory where more than half is in use. */
  #makeRoom(needed: number): void {
    const begin = this.first < this.next ? this.start(this.first) : this.#end;
    const used = this.#end - begin;
    let length = this.bytes.length;
    while (2 * (used + needed) > length) length *= 2;
    // Memory of its own: system calls are given its address.
    const into = length > this.bytes.length ? new Uint8Array(new ArrayBuffer(length)) : this.bytes;
    if (into === this.bytes) into.copyWithin(0, begin, this.#end);
    else into.set(this.bytes.subarray(begin, this.#end));
    this.bytes = into;
    for (let entry = this.first; entry < this.next; entry++) this.#starts[entry & (this.#starts.length - 1)] -= begin;
    this.#end = used;
  }
}
