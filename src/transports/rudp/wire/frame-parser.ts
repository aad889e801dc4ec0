import {
  ACK,
  ACK_DELAY_UNIT_US,
  ACK_FREQUENCY,
  CLOSE,
  DATA,
  DATA_BLOCKED,
  DATA_HEAD,
  DATA_LENGTH,
  MAX_DATA,
  MAX_REASON_BYTES,
  PADDING,
  PING,
  RECOVERED,
  REPAIR,
  SKIP,
} from './frames.ts';
import { Reader } from './varint.ts';

/** Is told what the frames of a packet say, in their order. Offsets and lengths are bytes. */
export interface FrameSink {
  onPing(): void;
  /** `largest` packet number acknowledged, and for how long the peer has held the acknowledgement. */
  onAckStart(largest: number, delayUs: number): void;
  /** Both inclusive; descending, the first range included. */
  onAckRange(smallest: number, largest: number): void;
  onAckEnd(): void;
  onAckFrequency(sequence: number, packets: number, maxDelayUs: number, reordering: number): void;
  onMaxData(offset: number): void;
  onDataBlocked(offset: number): void;
  onSkip(offset: number): void;
  onClose(code: number, reason: string): void;
  onRecovered(offset: number, length: number): void;
  /** `head`: how far before `offset` its message begins; bytes[at..at+length) of the buffer given, never empty. */
  onData(offset: number, head: number, at: number, length: number): void;
  onRepair(at: number, length: number): void;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the frames of packets. One object serves them all; a sink must not parse with the parser that calls it. */
export class FrameParser {
  /** Of the packet parsed last: it has a frame other than PADDING, ACK and CLOSE. */
  ackEliciting = false;
  readonly #reader = new Reader();

  /**
   * Tells `sink` what bytes[from..to) says; `view` is of the same memory. False when it is malformed, and then nothing
   * has been told: everything is checked before anything is told.
   */
  parse(bytes: Uint8Array, view: DataView, from: number, to: number, sink: FrameSink): boolean {
    const reader = this.#reader;
    this.ackEliciting = false;
    if (from >= to) return false;
    reader.reset(bytes, view, from, to);
    while (reader.at < to) {
      if (this.#frame(reader, undefined)) continue;
      this.ackEliciting = false;
      return false;
    }
    reader.reset(bytes, view, from, to);
    while (reader.at < to) this.#frame(reader, sink);
    return true;
  }

  /** Reads one frame, and tells it when there is someone to tell. */
  #frame(reader: Reader, sink: FrameSink | undefined): boolean {
    const type = reader.u8();
    if ((type & ~(DATA_HEAD | DATA_LENGTH)) === DATA) {
      this.ackEliciting = true;
      return readData(reader, type, sink);
    }
    if (type === PADDING) return true;
    if (type === ACK) return readAck(reader, sink);
    if (type === CLOSE) return readClose(reader, sink);
    this.ackEliciting = true;
    return readControl(reader, type, sink);
  }
}

function readControl(reader: Reader, type: number, sink: FrameSink | undefined): boolean {
  if (type === PING) {
    sink?.onPing();
    return true;
  }
  if (type === ACK_FREQUENCY) return readAckFrequency(reader, sink);
  if (type === REPAIR) return readRepair(reader, sink);
  if (type !== MAX_DATA && type !== DATA_BLOCKED && type !== SKIP && type !== RECOVERED) return false;
  const offset = reader.varint();
  if (type === RECOVERED) return readRecovered(reader, offset, sink);
  if (sink !== undefined) {
    if (type === MAX_DATA) sink.onMaxData(offset);
    else if (type === SKIP) sink.onSkip(offset);
    else sink.onDataBlocked(offset);
  }
  return reader.ok;
}

function readData(reader: Reader, type: number, sink: FrameSink | undefined): boolean {
  const offset = reader.varint();
  const head = (type & DATA_HEAD) !== 0 ? reader.varint() : 0;
  const length = (type & DATA_LENGTH) !== 0 ? reader.varint() : reader.end - reader.at;
  const at = reader.at;
  reader.skip(length);
  if (!reader.ok || length === 0 || head > offset || !isRange(offset, length)) return false;
  sink?.onData(offset, head, at, length);
  return true;
}

/** RFC 9000, 19.3.1. */
function readAck(reader: Reader, sink: FrameSink | undefined): boolean {
  let largest = reader.varint();
  const delayUs = reader.varint() * ACK_DELAY_UNIT_US;
  let beyond = reader.varint();
  let smallest = largest - reader.varint();
  sink?.onAckStart(largest, delayUs);
  // When the bytes run out, `ok` ends this, whatever the count has promised.
  while (reader.ok && smallest >= 0) {
    sink?.onAckRange(smallest, largest);
    if (beyond-- === 0) {
      sink?.onAckEnd();
      return true;
    }
    largest = smallest - reader.varint() - 2;
    smallest = largest - reader.varint();
  }
  return false;
}

function readAckFrequency(reader: Reader, sink: FrameSink | undefined): boolean {
  const sequence = reader.varint();
  const packets = reader.varint();
  const maxDelayUs = reader.varint();
  const reordering = reader.varint();
  sink?.onAckFrequency(sequence, packets, maxDelayUs, reordering);
  return reader.ok;
}

function readClose(reader: Reader, sink: FrameSink | undefined): boolean {
  const code = reader.varint();
  const length = reader.varint();
  const at = reader.at;
  reader.skip(length);
  if (!reader.ok || length > MAX_REASON_BYTES) return false;
  sink?.onClose(code, utf8.decode(reader.bytes.subarray(at, at + length)));
  return true;
}

function readRecovered(reader: Reader, offset: number, sink: FrameSink | undefined): boolean {
  const length = reader.varint();
  if (!reader.ok || length === 0 || !isRange(offset, length)) return false;
  sink?.onRecovered(offset, length);
  return true;
}

function readRepair(reader: Reader, sink: FrameSink | undefined): boolean {
  const length = reader.varint();
  const at = reader.at;
  reader.skip(length);
  if (!reader.ok) return false;
  sink?.onRepair(at, length);
  return true;
}

/** All offsets, the one behind the last byte included, can be said in a varint. */
const isRange = (offset: number, length: number): boolean => offset + length <= Number.MAX_SAFE_INTEGER;
