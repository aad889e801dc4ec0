import assert from 'node:assert/strict';

/** Number `number` in the first four bytes where there is room, then bytes that depend on number and place. */
export function fillPattern(bytes: Uint8Array, offset: number, size: number, number: number): void {
  for (let i = 0; i < size; i++) bytes[offset + i] = patternByte(number, i, size);
}

export function checkPattern(bytes: Uint8Array, offset: number, size: number, number: number): void {
  for (let i = 0; i < size; i++) {
    const expected = patternByte(number, i, size);
    const found = bytes[offset + i];
    if (found !== expected) assert.fail(`byte ${i} of message ${number} is ${found}, expected ${expected}`);
  }
}

function patternByte(number: number, place: number, size: number): number {
  if (size >= 4 && place < 4) return (number >>> (8 * (3 - place))) & 255;
  return (number * 37 + place * 11 + (place >>> 8)) & 255;
}

interface Sender {
  /** Absent: 0. */
  readonly headroom?: number;
  onWritable: () => void;
  send(slab: Uint8Array, offset: number, size: number, count: number): number;
}

/** Where messages begin in a slab: not at its first byte, so that an offset that is ignored shows. */
const OFFSET = 12;
const SLAB_BYTES = 1 << 20;

/**
 * Sends messages number 0 to `count` as they are taken, from one slab that is overwritten after every send; `then`
 * follows the last. Returns a function that tells how many were taken so far.
 */
export function sendAll(sender: Sender, size: number, count: number, then: () => void = () => {}): () => number {
  const stride = (sender.headroom ?? 0) + size;
  const room = Math.max(1, Math.min(count, 300, Math.floor(SLAB_BYTES / stride)));
  const slab = new Uint8Array(OFFSET + room * stride);
  let next = 0;
  const go = (): void => {
    while (next < count) {
      const offered = Math.min(room, count - next);
      for (let i = 0; i < offered; i++) fillPattern(slab, OFFSET + (i + 1) * stride - size, size, next + i);
      const taken = sender.send(slab, OFFSET, size, offered);
      slab.fill(0xee);
      assert.ok(Number.isInteger(taken) && taken >= 0 && taken <= offered, `send took ${taken} of ${offered}`);
      next += taken;
      if (taken < offered) return;
    }
    sender.onWritable = () => {};
    then();
  };
  sender.onWritable = go;
  go();
  return () => next;
}
