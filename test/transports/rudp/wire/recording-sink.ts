import type { FrameSink } from '../../../../src/transports/rudp/wire/frame-parser.ts';

/** What a frame says; the bytes of DATA and REPAIR as hex. */
export type Frame =
  | { frame: 'ping' }
  /** Ranges [smallest, largest], newest first. */
  | { frame: 'ack'; delayUs: number; ranges: [number, number][] }
  | { frame: 'ack_frequency'; sequence: number; packets: number; maxDelayUs: number; reordering: number }
  | { frame: 'max_data' | 'data_blocked' | 'skip'; offset: number }
  | { frame: 'close'; code: number; reason: string }
  | { frame: 'recovered'; offset: number; length: number }
  | { frame: 'data'; offset: number; head: number; data: string }
  | { frame: 'repair'; data: string };

/** Writes down the frames of a packet that is in `bytes`. */
export class RecordingSink implements FrameSink {
  readonly frames: Frame[] = [];
  readonly #bytes: Uint8Array;
  #ack: [number, number][] = [];
  #delayUs = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  onPing(): void {
    this.frames.push({ frame: 'ping' });
  }

  onAckStart(largest: number, delayUs: number): void {
    this.#ack = [[NaN, largest]];
    this.#delayUs = delayUs;
  }

  onAckRange(smallest: number, largest: number): void {
    if (Number.isNaN(this.#ack[0][0]) && this.#ack[0][1] === largest) this.#ack[0][0] = smallest;
    else this.#ack.push([smallest, largest]);
  }

  onAckEnd(): void {
    this.frames.push({ frame: 'ack', delayUs: this.#delayUs, ranges: this.#ack });
  }

  onAckFrequency(sequence: number, packets: number, maxDelayUs: number, reordering: number): void {
    this.frames.push({ frame: 'ack_frequency', sequence, packets, maxDelayUs, reordering });
  }

  onMaxData(offset: number): void {
    this.frames.push({ frame: 'max_data', offset });
  }

  onDataBlocked(offset: number): void {
    this.frames.push({ frame: 'data_blocked', offset });
  }

  onSkip(offset: number): void {
    this.frames.push({ frame: 'skip', offset });
  }

  onClose(code: number, reason: string): void {
    this.frames.push({ frame: 'close', code, reason });
  }

  onRecovered(offset: number, length: number): void {
    this.frames.push({ frame: 'recovered', offset, length });
  }

  onData(offset: number, head: number, at: number, length: number): void {
    this.frames.push({ frame: 'data', offset, head, data: this.#hex(at, length) });
  }

  onRepair(at: number, length: number): void {
    this.frames.push({ frame: 'repair', data: this.#hex(at, length) });
  }

  #hex(at: number, length: number): string {
    return Buffer.from(this.#bytes.subarray(at, at + length)).toString('hex');
  }
}
