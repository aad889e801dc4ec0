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
