import assert from 'node:assert/strict';
import type { Address } from '../../io/address.ts';
import type { StreamListener, StreamOptions, StreamSocket } from '../../io/stream.ts';
import { type Stage, unexpected } from '../stage.ts';

/** Makes a listener and hands it over once it is open. What it accepts has to be kept by the case. */
export function listening(stage: Stage, host: string, use: (address: Address, listener: StreamListener) => void): void {
  const listener = stage.keep(stage.io.listen({ host, port: 0 }, {}));
  listener.onClose = unexpected('onClose of the listener');
  listener.onOpen = () => {
    listener.onClose = () => {};
    assert.ok(listener.local && listener.local.port > 0, 'an open listener must know its port');
    use(listener.local, listener);
  };
}

/** Both ends of one connection, open. */
export function connected(
  stage: Stage,
  host: string,
  use: (server: StreamSocket, client: StreamSocket, listener: StreamListener) => void,
  options: StreamOptions = {},
): void {
  listening(stage, host, (address, listener) => {
    const client = stage.keep(stage.io.connect(address, options));
    let server: StreamSocket | undefined;
    let open = false;
    client.onClose = unexpected('onClose of the client');
    const both = () => {
      if (!server || !open) return;
      client.onClose = () => {};
      use(server, client, listener);
    };
    listener.onStream = (socket) => {
      server = stage.keep(socket);
      both();
    };
    client.onOpen = () => {
      open = true;
      both();
    };
  });
}

/** The byte at a place of every test stream; its period is far longer than any buffer. */
function byteAt(place: number, key: number): number {
  return (Math.imul(place ^ key, 0x9e3779b1) >>> 24) & 255;
}

/**
 * Writes the first `total` bytes of stream `key` as the socket takes them, from a slab that is overwritten after every
 * write; `then` follows the last. Returns a function that tells how many were taken so far.
 */
export function writeAll(socket: StreamSocket, total: number, key: number, then: () => void = () => {}): () => number {
  const slab = new Uint8Array(Math.min(total, 65_536) + 3);
  let taken = 0;
  const go = (): void => {
    while (taken < total) {
      const length = Math.min(slab.length - 3, total - taken);
      for (let i = 0; i < length; i++) slab[3 + i] = byteAt(taken + i, key);
      const took = socket.write(slab, 3, length);
      slab.fill(0xee);
      assert.ok(Number.isInteger(took) && took >= 0 && took <= length, `write took ${took} of ${length}`);
      taken += took;
      if (took < length) return;
    }
    socket.onWritable = () => {};
    then();
  };
  socket.onWritable = go;
  go();
  return () => taken;
}

/** Reads stream `key` and checks every byte; `then` is given the number of bytes when the stream ends. */
export function readAll(socket: StreamSocket, key: number, then: (bytes: number) => void): () => number {
  const into = new Uint8Array(65_536 + 5);
  let place = 0;
  let ended = false;
  const go = (): void => {
    for (;;) {
      const got = socket.read(into, 5, into.length - 5);
      if (got === 0) return;
      if (got < 0) {
        assert.equal(ended, false, 'the end of the stream was announced twice');
        ended = true;
        then(place);
        return;
      }
      for (let i = 0; i < got; i++) {
        if (into[5 + i] !== byteAt(place + i, key)) assert.fail(`byte ${place + i} of the stream is wrong`);
      }
      place += got;
    }
  };
  socket.onReadable = go;
  go();
  return () => place;
}

export function codeOf(error: Error | undefined): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
