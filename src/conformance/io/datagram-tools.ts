import assert from 'node:assert/strict';
import type { Address } from '../../io/address.ts';
import type { DatagramOptions, DatagramSocket } from '../../io/datagram.ts';
import { type Stage, unexpected } from '../stage.ts';

/** Makes a socket and hands it over once it is open; any error fails the case. */
export function opened(stage: Stage, options: DatagramOptions, use: (socket: DatagramSocket) => void): void {
  const socket = stage.keep(stage.io.datagram(options));
  socket.onClose = unexpected('onClose');
  socket.onError = unexpected('onError');
  socket.onOpen = () => {
    socket.onClose = () => {};
    use(socket);
  };
}

export function addressOf(socket: { readonly local: Address | undefined }): Address {
  assert.ok(socket.local, 'an open socket must know its address');
  return socket.local;
}

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

/** Sends `count` numbered datagrams as the socket takes them, from one slab that is overwritten after every send. */
export function sendAll(socket: DatagramSocket, size: number, count: number, then: () => void = () => {}): void {
  const room = Math.min(count, 300);
  const slab = new Uint8Array(room * size);
  let next = 0;
  const go = (): void => {
    while (next < count) {
      const offered = Math.min(room, count - next);
      for (let i = 0; i < offered; i++) fillPattern(slab, i * size, size, next + i);
      const taken = socket.send(slab, 0, size, offered);
      slab.fill(0xee);
      assert.ok(Number.isInteger(taken) && taken >= 0 && taken <= offered, `send took ${taken} of ${offered}`);
      next += taken;
      if (taken < offered) return;
    }
    socket.onWritable = () => {};
    then();
  };
  socket.onWritable = go;
  go();
}
