import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../../../src/stats/xoshiro.ts';
import { FrameParser } from '../../../../src/transports/rudp/wire/frame-parser.ts';
import { anyFrame } from './any-frame.ts';
import { type Frame, RecordingSink } from './recording-sink.ts';
import { writeFrame } from './write-frame.ts';

const parser = new FrameParser();

/** The frames in bytes[from..to). When it is malformed: undefined, and nobody was told anything. */
function framesOf(bytes: Uint8Array, from: number, to: number): Frame[] | undefined {
  const sink = new RecordingSink(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (parser.parse(bytes, view, from, to, sink)) return sink.frames;
  if (sink.frames.length > 0) expect.fail(`told ${JSON.stringify(sink.frames)} of a malformed packet`);
  if (parser.ackEliciting) expect.fail('a malformed packet is to be acknowledged');
  return undefined;
}

/** What every consumer may rely on, whatever came. */
function isSane(frame: Frame): boolean {
  switch (frame.frame) {
    case 'ack':
      return frame.ranges.every(
        ([smallest, largest], i) =>
          smallest >= 0 && smallest <= largest && (i === 0 || largest <= frame.ranges[i - 1][0] - 2),
      );
    case 'data':
      return (
        frame.data.length > 0 &&
        frame.head <= frame.offset &&
        Number.isSafeInteger(frame.offset + frame.data.length / 2)
      );
    case 'recovered':
      return frame.length > 0 && Number.isSafeInteger(frame.offset + frame.length);
    case 'ack_frequency':
      return [frame.sequence, frame.packets, frame.maxDelayUs, frame.reordering].every(Number.isSafeInteger);
    case 'max_data':
    case 'data_blocked':
    case 'skip':
      return Number.isSafeInteger(frame.offset);
    case 'close':
      return Number.isSafeInteger(frame.code) && frame.reason.length <= 256;
    default:
      return true;
  }
}

/** Parses `packet` in two neighbourhoods, one of which ends where it does; returns whether it is well-formed. */
function check(packet: Uint8Array): boolean {
  const frames = framesOf(packet, 0, packet.length);
  const wide = new Uint8Array(packet.length + 32).fill(0x01);
  wide.set(packet, 16);
  const again = framesOf(wide, 16, 16 + packet.length);
  if (JSON.stringify(again) !== JSON.stringify(frames)) expect(again).toEqual(frames);
  const strange = frames?.find((frame) => !isSane(frame));
  if (strange) expect.fail(JSON.stringify(strange));
  return frames !== undefined;
}

/** Checks `count` packets; the message of what goes wrong says which one it was. Returns how many are well-formed. */
function fuzz(count: number, packetOf: (random: (below: number) => number) => Uint8Array): number {
  const random = seeded(1);
  let wellFormed = 0;
  for (let i = 0; i < count; i++) {
    const packet = packetOf((below) => Math.floor(random() * below));
    try {
      if (check(packet)) wellFormed++;
    } catch (error) {
      throw new Error(`packet ${i}: ${Buffer.from(packet).toString('hex')}`, { cause: error });
    }
  }
  return wellFormed;
}

/** Made likelier than chance makes them, so that some packets get past their first frame. */
const TYPES = [0, 1, 2, 3, 4, 7, 8, 0x10, 0x11, 0x12, 0x13, 0x20];

describe('FrameParser', () => {
  it('survives 10,000 packets of arbitrary bytes', () => {
    const wellFormed = fuzz(10_000, (random) =>
      Uint8Array.from({ length: 1 + random(30) }, () => (random(2) === 0 ? random(256) : TYPES[random(TYPES.length)])),
    );
    expect(wellFormed).toBeGreaterThan(500);
    expect(wellFormed).toBeLessThan(9500);
  });

  it('survives 10,000 packets that were well-formed before a few bytes of them changed', () => {
    const bytes = new Uint8Array(4000);
    const packets = fc.sample(fc.array(anyFrame, { minLength: 1, maxLength: 4 }), { numRuns: 300, seed: 1 });
    const written = packets.map((frames) => {
      let to = 0;
      frames.forEach((frame, i) => {
        to = writeFrame(bytes, to, bytes.length, frame, i === frames.length - 1);
      });
      return bytes.slice(0, to);
    });
    const wellFormed = fuzz(10_000, (random) => {
      const packet = written[random(written.length)].slice();
      for (let left = 1 + random(3); left > 0; left--) packet[random(packet.length)] = random(256);
      return random(4) === 0 ? packet.slice(0, 1 + random(packet.length)) : packet;
    });
    expect(wellFormed).toBeGreaterThan(500);
    expect(wellFormed).toBeLessThan(9500);
  });

  it('takes a packet without frames as malformed', () => {
    expect(framesOf(new Uint8Array(4), 2, 2)).toBeUndefined();
  });

  it('takes data as malformed that is empty, or reaches beyond the last offset', () => {
    const last = [0xc0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    const data = (...bytes: number[]): Frame[] | undefined => framesOf(Uint8Array.from(bytes), 0, bytes.length);
    expect(data(0x10, ...last.slice(0, 7), 0xfe, 1)).toHaveLength(1);
    expect(data(0x10, ...last, 1)).toBeUndefined();
    expect(data(0x10, 5)).toBeUndefined();
    expect(data(0x12, 5, 0, 1)).toBeUndefined();
    expect(data(0x08, 5, 0)).toBeUndefined();
    expect(data(0x08, ...last, 1)).toBeUndefined();
  });

  it('takes data as malformed whose message begins before offset 0', () => {
    expect(framesOf(Uint8Array.of(0x11, 5, 5, 1), 0, 4)).toEqual([{ frame: 'data', offset: 5, head: 5, data: '01' }]);
    expect(framesOf(Uint8Array.of(0x11, 5, 6, 1), 0, 4)).toBeUndefined();
  });
});
