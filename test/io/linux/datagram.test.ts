import { expect, test } from 'vitest';
import { addressOf, opened } from '../../../src/conformance/io/datagram-tools.ts';
import { onStage, type Stage } from '../../../src/conformance/stage.ts';
import type { DatagramSocket } from '../../../src/io/datagram.ts';
import { linuxIo } from '../../linux-io.ts';
import { linuxSystemCalls } from '../../requirements.ts';

/** What only sockets can get wrong that let the kernel cut and join datagrams. */
const onLinux = (name: string, act: (stage: Stage) => void) =>
  test(name, async (context) => {
    await linuxSystemCalls(context);
    await onStage(linuxIo, act)();
  });

const pair = (stage: Stage, use: (server: DatagramSocket, client: DatagramSocket) => void) =>
  opened(stage, { local: { host: '127.0.0.1', port: 0 } }, (server) =>
    opened(stage, { remote: addressOf(server) }, (client) => use(server, client)),
  );

onLinux('a single datagram after a batch of smaller ones is not cut to their size', (stage) =>
  pair(stage, (server, client) => {
    // 40,000 bytes leave no room for a second in one message; 1 has its own way of being sent.
    const sends = [
      [100, 70],
      [1000, 1],
      [40_000, 3],
      [100, 1],
      [1400, 65],
      [40_000, 1],
      [20, 129],
    ] as const;
    const received: number[] = [];
    const expected = sends.flatMap(([size, count]) => new Array<number>(count).fill(size));
    server.onDatagrams = (batch) => {
      for (let i = 0; i < batch.count; i++) received.push(batch.lengths[i] ?? -1);
      if (received.length < expected.length) return;
      expect(received).toEqual(expected);
      stage.done();
    };
    const slab = new Uint8Array(130_000);
    for (const [size, count] of sends) expect(client.send(slab, 0, size, count)).toBe(count);
  }),
);

onLinux('empty datagrams are not joined', (stage) =>
  pair(stage, (server, client) => {
    let received = 0;
    server.onDatagrams = (batch) => {
      for (let i = 0; i < batch.count; i++) expect(batch.lengths[i]).toBe(0);
      received += batch.count;
      if (received === 100) stage.done();
    };
    expect(client.send(new Uint8Array(1), 0, 0, 100)).toBe(100);
  }),
);

onLinux('nothing is taken before onOpen', (stage) => {
  const socket = stage.keep(stage.io.datagram({ remote: { host: '127.0.0.1', port: 9 } }));
  expect(socket.local).toBeUndefined();
  expect(socket.send(new Uint8Array(1), 0, 1, 1)).toBe(0);
  socket.onOpen = () => stage.done();
});

onLinux('thousands of datagrams to a closed port are all taken: each refusal clears the way for the next', (stage) =>
  pair(stage, (server, client) => {
    let refused = 0;
    client.onError = (error) => {
      expect(error.message).toContain('ECONNREFUSED');
      refused++;
    };
    server.onClose = () => {
      // Batches of one message each, so that every one of them meets the answer to the one before.
      expect(client.send(new Uint8Array(40_000 * 50), 0, 40_000, 50)).toBe(50);
      expect(client.send(new Uint8Array(10_000), 0, 1, 10_000)).toBe(10_000);
      expect(refused).toBeGreaterThan(0);
      stage.done();
    };
    server.close();
  }),
);

onLinux('a batch that is too large for the path is lost, and is told', (stage) =>
  opened(stage, { local: { host: '::1', port: 0 } }, (server) =>
    opened(stage, { remote: addressOf(server) }, (client) => {
      const errors: string[] = [];
      client.onError = (error) => errors.push(error.message);
      // The 65,536 of the loopback interface less 48 of headers.
      expect(client.send(new Uint8Array(3 * 65_489), 0, 65_489, 3)).toBe(3);
      expect(errors).toEqual(['send: EMSGSIZE']);
      stage.done();
    }),
  ),
);

onLinux('a socket closed by its own onError takes nothing more', (stage) =>
  pair(stage, (server, client) => {
    client.onError = () => client.close();
    server.onClose = () => {
      const slab = new Uint8Array(1000);
      let taken = 0;
      for (let i = 0; i < 10; i++) taken += client.send(slab, 0, 1, 1000);
      expect(taken).toBeLessThan(10_000);
      expect(client.send(slab, 0, 1, 1)).toBe(0);
      stage.done();
    };
    server.close();
  }),
);

onLinux('datagrams that the receiver has no room for are counted as drops, and as taken by the sender', (stage) =>
  opened(stage, { local: { host: '127.0.0.1', port: 0 }, receiveBufferBytes: 65_536 }, (server) =>
    opened(stage, { remote: addressOf(server) }, (client) => {
      expect(server.drops()).toBe(0);
      expect(client.send(new Uint8Array(1000 * 1000), 0, 1000, 1000)).toBe(1000);
      const drops = server.drops();
      expect(drops).toBeGreaterThan(0);
      server.close();
      expect(server.drops(), 'known after the end too').toBe(drops);
      stage.done();
    }),
  ),
);
