import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RepairDecoder } from '../../../../src/transports/rudp/fec/decoder.ts';
import { RepairEncoder } from '../../../../src/transports/rudp/fec/encoder.ts';

interface Vector {
  fec: { k: number; r: number };
  data: { number: number; offset: number; head: number; data: string }[];
  repairs: { number: number; bytes: string }[];
}

const section = readFileSync(new URL('../../../../docs/rudp.md', import.meta.url), 'utf8')
  .split('\n## ')
  .find((part) => part.startsWith('Forward error correction'));
const { fec, data, repairs }: Vector = JSON.parse(/```json\n(.*?)```/s.exec(section ?? '')?.[1] ?? '');
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('the test vector of docs/rudp.md for repairs', () => {
  it('is what the encoder makes', () => {
    const encoder = new RepairEncoder(fec, 1e9);
    for (const { number, offset, head, data: hex } of data) {
      const bytes = bytesOf(hex);
      encoder.add(0, number, offset, head, bytes, 0, bytes.length);
    }
    for (const { number, bytes } of repairs) {
      const made = new Uint8Array(200);
      const end = encoder.write(made, 0, made.length, number);
      expect(Buffer.from(made.subarray(0, end)).toString('hex')).toBe(bytes.replaceAll(' ', ''));
    }
  });

  it('gives the decoder any two of the packets back', () => {
    for (const kept of data) {
      const rebuilt: object[] = [];
      const decoder = new RepairDecoder(fec, (bytes, _, at, length, offset, head) => {
        rebuilt.push({ offset, head, data: Buffer.from(bytes.subarray(at, at + length)).toString('hex') });
      });
      const came = bytesOf(kept.data);
      decoder.onData(kept.number, came, 0, came.length, kept.offset, kept.head);
      for (const { number, bytes: hex } of repairs) {
        const bytes = bytesOf(hex);
        decoder.onRepair(number, bytes, new DataView(bytes.buffer), 2, bytes.length - 2);
      }
      const lost = data.filter((each) => each !== kept).map(({ number: _, ...frame }) => frame);
      expect(rebuilt).toEqual(lost);
    }
  });
});
