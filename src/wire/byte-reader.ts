import { StreamReader } from './stream-reader.ts';

/** Hands out a byte stream as it comes: what was read together is one message. */
export class ByteReader extends StreamReader {
  cut(count: number, now: number): void {
    this.end += count;
    this.arrival = now;
    this.count = 0;
    this.add(0, this.end);
  }

  compact(): void {
    const { wanted } = this;
    this.keep(this.end, wanted);
  }
}
