import { describe, expect, it } from 'vitest';
import { SendBuffer, type SendBufferOptions } from '../../../../src/transports/rudp/send/send-buffer.ts';

const make = (options: Partial<SendBufferOptions> = {}): SendBuffer =>
  new SendBuffer({ aligned: false, maxBytes: 1 << 20, keepsUntil: 'acked', ...options });

/** Takes messages whose bytes all are `fill`. */
function take(buffer: SendBuffer, size: number, count = 1, now = 0, fill = 7): number {
  return buffer.take(new Uint8Array(count * (size + 4)).fill(fill), 0, size, count, now);
}

/** The chunks that come, as [offset, length], in frames of one room, until nothing does. */
function sendAll(buffer: SendBuffer, room: number, credit = Infinity, now = 0): number[][] {
  const chunks: number[][] = [];
  while (buffer.next(room, credit, now)) {
    chunks.push([buffer.chunkOffset, buffer.chunkLength]);
    buffer.commit();
  }
  return chunks;
}

describe('SendBuffer', () => {
  it('puts the length of each message into its headroom, as a varint of 4 bytes', () => {
    const buffer = make();
    const slab = new Uint8Array(70_010).fill(9);
    expect(buffer.take(slab, 5, 70_000, 1, 0)).toBe(1);
    const out = new Uint8Array(8);
    expect(buffer.next(6, Infinity, 0)).toBe(true);
    buffer.copyChunk(out, 1);
    expect([...out]).toEqual([0, 0x80, 0x01, 0x11, 0x70, 9, 9, 0]);
  });

  it('takes as many messages as begin below the limit of the unsent, and one when it holds nothing', () => {
    const buffer = make();
    buffer.unsentLimit = 25;
    expect(take(buffer, 6, 10)).toBe(3);
    expect(take(buffer, 6, 10)).toBe(0);
    sendAll(buffer, 100);
    expect(take(buffer, 6, 10)).toBe(3);
    sendAll(buffer, 100);
    buffer.unsentLimit = 0;
    expect(take(buffer, 6, 10)).toBe(0);
    buffer.onAcked(0, 60);
    expect(take(buffer, 6, 10)).toBe(1);
  });

  it('takes no more than its memory holds, but any single message of that size when it is empty', () => {
    const buffer = make({ maxBytes: 100 });
    expect(take(buffer, 30, 5)).toBe(3);
    expect(take(buffer, 0, 5)).toBe(0);
    sendAll(buffer, 1000);
    buffer.onAcked(0, 34);
    expect(take(buffer, 30, 5)).toBe(1);
    sendAll(buffer, 1000);
    buffer.onAcked(34, 102);
    expect(take(buffer, 100, 2)).toBe(1);
    expect(() => take(buffer, 101)).toThrow(RangeError);
  });

  it('has memory for what it holds, not for what it might hold', () => {
    const buffer = make({ maxBytes: 64 << 20 });
    expect(buffer.capacity).toBe(0);
    take(buffer, 1000, 50);
    expect(buffer.capacity).toBe(65_536);
    take(buffer, 1000, 50);
    expect(buffer.capacity).toBe(131_072);
    for (let i = 0; i < 20; i++) {
      sendAll(buffer, 60_000);
      buffer.onAcked(0, buffer.end);
      expect(take(buffer, 1000, 100)).toBe(100);
    }
    expect(buffer.capacity).toBe(131_072);
  });

  it('fills frames regardless of where messages end, unless one ends close to the end of the frame', () => {
    const buffer = make();
    take(buffer, 36, 4);
    expect(sendAll(buffer, 100)).toEqual([
      [0, 100],
      [100, 60],
    ]);
    take(buffer, 91, 2);
    expect(sendAll(buffer, 100)).toEqual([
      [160, 95],
      [255, 95],
    ]);
  });

  it('ends aligned chunks where messages end, cuts only those that are too large, and says where those began', () => {
    const buffer = make({ aligned: true });
    take(buffer, 36, 4);
    take(buffer, 246);
    take(buffer, 6);
    const heads: number[][] = [];
    while (buffer.next(100, Infinity, 0)) {
      heads.push([buffer.chunkOffset, buffer.chunkLength, buffer.chunkHead]);
      buffer.commit();
    }
    expect(heads).toEqual([
      [0, 80, 0],
      [80, 80, 0],
      [160, 100, 0],
      [260, 100, 100],
      [360, 50, 200],
      [410, 10, 0],
    ]);
  });

  it('holds a message back that would fit a packet of its own, when it knows what room that has', () => {
    const buffer = make({ aligned: true });
    take(buffer, 76);
    buffer.fullRoom = 80;
    expect([buffer.next(50, Infinity, 0), buffer.blocked, buffer.idle]).toEqual([false, false, false]);
    expect(sendAll(buffer, 100)).toEqual([[0, 80]]);
    buffer.onLost(0, 80, 0);
    expect(buffer.next(50, Infinity, 0)).toBe(false);
    expect(sendAll(buffer, 100)).toEqual([[0, 80]]);
    buffer.fullRoom = 0;
    buffer.onLost(0, 80, 0);
    expect(sendAll(buffer, 50)).toEqual([
      [0, 50],
      [50, 30],
    ]);
  });

  it('holds back a part of a message too, when that part would fit a packet of its own', () => {
    const buffer = make({ aligned: true });
    buffer.fullRoom = 80;
    take(buffer, 196);
    sendAll(buffer, 80);
    buffer.onLost(80, 80, 0);
    expect(buffer.next(50, Infinity, 0)).toBe(false);
    expect(sendAll(buffer, 80)).toEqual([[80, 80]]);
  });

  it('finds anew when asked again with another room', () => {
    const buffer = make();
    take(buffer, 996);
    expect(buffer.next(400, Infinity, 0)).toBe(true);
    expect(buffer.next(300, Infinity, 0)).toBe(true);
    expect([buffer.chunkOffset, buffer.chunkLength]).toEqual([0, 300]);
  });

  it('sends nothing new beyond the credit, and says that it is the credit', () => {
    const buffer = make();
    take(buffer, 96, 2);
    expect(sendAll(buffer, 70, 150)).toEqual([
      [0, 70],
      [70, 70],
      [140, 10],
    ]);
    expect(buffer.blocked).toBe(true);
    buffer.onLost(70, 70, 0);
    expect(buffer.next(70, 150, 0)).toBe(true);
    expect([buffer.blocked, buffer.chunkIsRetransmission]).toEqual([false, true]);
    buffer.commit();
    expect(sendAll(buffer, 70)).toEqual([[150, 50]]);
    expect([buffer.next(70, Infinity, 0), buffer.blocked]).toEqual([false, false]);
  });

  it('sends what is lost before what is new, lowest first, each as it was', () => {
    const buffer = make();
    take(buffer, 996);
    for (let i = 0; i < 5; i++) {
      buffer.next(100, Infinity, 0);
      buffer.commit();
    }
    buffer.onLost(300, 100, 0);
    buffer.onLost(100, 100, 0);
    buffer.onLost(200, 100, 0);
    expect(sendAll(buffer, 400).slice(0, 4)).toEqual([
      [100, 100],
      [200, 100],
      [300, 100],
      [500, 400],
    ]);
  });

  it('sends a range in parts when frames have become smaller, the rest first', () => {
    const buffer = make();
    take(buffer, 296);
    sendAll(buffer, 200);
    buffer.onLost(200, 100, 0);
    buffer.onLost(0, 200, 0);
    expect(sendAll(buffer, 120)).toEqual([
      [0, 120],
      [120, 80],
      [200, 100],
    ]);
  });

  it('sends again of a lost range only what nobody has acknowledged', () => {
    const buffer = make();
    take(buffer, 296);
    sendAll(buffer, 300);
    buffer.onAcked(100, 50);
    buffer.onAcked(200, 10);
    buffer.onLost(0, 300, 0);
    buffer.onAcked(290, 10);
    expect(sendAll(buffer, 300)).toEqual([
      [0, 100],
      [150, 50],
      [210, 80],
    ]);
  });

  it('never sends again what is lost in sequenced mode, nor the rest of a message that is spoilt', () => {
    const buffer = make({ keepsUntil: 'sent', aligned: true });
    take(buffer, 96);
    take(buffer, 396);
    take(buffer, 6);
    for (let i = 0; i < 3; i++) {
      buffer.next(100, Infinity, 0);
      buffer.commit();
    }
    buffer.onLost(0, 100, 0);
    expect([buffer.skipTo, buffer.abandoned]).toEqual([100, 1]);
    buffer.onLost(200, 100, 0);
    expect(sendAll(buffer, 100)).toEqual([[500, 10]]);
    buffer.onAcked(100, 100);
    expect([buffer.skipTo, buffer.drained]).toEqual([500, false]);
    buffer.onLost(500, 10, 0);
    expect([buffer.skipTo, buffer.drained]).toEqual([510, true]);
  });

  it('sends the rest of a message in sequenced mode when the part that is lost was rebuilt by the receiver', () => {
    const buffer = make({ keepsUntil: 'sent', aligned: true });
    take(buffer, 296);
    for (let i = 0; i < 2; i++) {
      buffer.next(100, Infinity, 0);
      buffer.commit();
    }
    buffer.onAcked(100, 100);
    buffer.onLost(100, 100, 0);
    expect(sendAll(buffer, 100)).toEqual([[200, 100]]);
    expect(buffer.abandoned).toBe(0);
  });

  it('sends again what can still arrive by its deadline, and nothing later', () => {
    const buffer = make({ keepsUntil: 100, aligned: true });
    buffer.roundTripNs = 40;
    take(buffer, 6, 1, 0);
    take(buffer, 6, 1, 50);
    sendAll(buffer, 10, Infinity, 50);
    buffer.onLost(0, 10, 81);
    buffer.onLost(10, 10, 81);
    expect([buffer.skipTo, buffer.abandoned, buffer.expired]).toEqual([10, 1, 0]);
    expect(sendAll(buffer, 10, Infinity, 130)).toEqual([[10, 10]]);
    buffer.onLost(10, 10, 130);
    expect(buffer.idle).toBe(false);
    expect(buffer.next(10, Infinity, 131)).toBe(false);
    expect([buffer.idle, buffer.drained, buffer.abandoned]).toEqual([true, true, 2]);
  });

  it('gives messages up unsent when their time has passed before their turn', () => {
    const buffer = make({ keepsUntil: 100, aligned: true });
    take(buffer, 6, 3, 0);
    take(buffer, 6, 2, 1);
    expect(sendAll(buffer, 10, 10, 100)).toEqual([[0, 10]]);
    expect(sendAll(buffer, 10, Infinity, 101)).toEqual([
      [30, 10],
      [40, 10],
    ]);
    expect([buffer.expired, buffer.abandoned, buffer.skipTo]).toEqual([2, 1, 0]);
    buffer.onAcked(0, 10);
    expect(buffer.skipTo).toBe(30);
  });

  it('takes no word for what it has not sent', () => {
    const buffer = make();
    take(buffer, 96);
    buffer.next(40, Infinity, 0);
    buffer.commit();
    buffer.onAcked(0, 1000);
    buffer.onLost(0, 1000, 0);
    expect([buffer.base, buffer.unsent]).toEqual([40, 60]);
    expect(sendAll(buffer, 100)).toEqual([[40, 60]]);
  });

  it('goes on beyond 4 GB', () => {
    const buffer = make({ maxBytes: 60_000 });
    const slab = new Uint8Array(60_000);
    const times = Math.ceil(2 ** 32 / slab.length) + 1;
    for (let i = 0; i < times; i++) {
      buffer.take(slab, 0, slab.length - 4, 1, 0);
      buffer.next(slab.length, Infinity, 0);
      buffer.commit();
      buffer.onAcked(i * slab.length, slab.length);
    }
    const start = times * slab.length;
    expect([buffer.base, buffer.drained]).toEqual([start, true]);
    slab[50_000] = 99;
    buffer.take(slab, 0, slab.length - 4, 1, 0);
    sendAll(buffer, 1480);
    buffer.onLost(start + 49_999, 2, 0);
    const out = new Uint8Array(2);
    expect(buffer.next(1480, Infinity, 0)).toBe(true);
    buffer.copyChunk(out, 0);
    expect([buffer.chunkOffset, buffer.chunkLength, out[0], out[1]]).toEqual([start + 49_999, 2, 0, 99]);
  });
});
