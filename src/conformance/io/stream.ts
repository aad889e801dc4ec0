import assert from 'node:assert/strict';
import type { StreamSocket } from '../../io/stream.ts';
import type { ConformanceCase, IoSetup } from '../case.ts';
import { countdown, onStage, type Stage, unexpected } from '../stage.ts';
import { streamClosing } from './stream-closing.ts';
import { codeOf, connected, listening, readAll, writeAll } from './stream-tools.ts';

const BIG = 10 << 20;
/** More than any kernel and any adapter should take for a reader that does not read. */
const UNREAD_LIMIT = 64 << 20;

/** What every `StreamSocket` and `StreamListener` must do. */
export function streamConformance({ makeIo, host }: IoSetup): ConformanceCase[] {
  return [
    {
      name: 'both ends know both addresses, and nothing fires inside the creating calls',
      run: onStage(makeIo, (stage) => {
        let inside = true;
        listening(stage, host, (address, listener) => {
          assert.equal(inside, false, 'onOpen fired inside the creating call');
          inside = true;
          const client = stage.keep(stage.io.connect(address, {}));
          client.onClose = unexpected('onClose');
          const both = countdown(2, () => stage.done());
          client.onOpen = () => {
            assert.equal(inside, false, 'onOpen fired inside the creating call');
            assert.deepEqual(client.remote, address);
            assert.equal(client.local?.host, host);
            both();
          };
          listener.onStream = (server) => {
            stage.keep(server);
            server.onOpen = unexpected('onOpen of an accepted socket');
            assert.deepEqual(server.local, address);
            assert.equal(server.remote?.host, host);
            stage.until(
              () => client.local !== undefined,
              () => {
                assert.deepEqual(server.remote, client.local);
                both();
              },
            );
          };
          inside = false;
        });
        inside = false;
      }),
    },
    {
      name: 'one byte is echoed',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client) => {
          const byte = new Uint8Array(1);
          server.onReadable = () => {
            if (server.read(byte, 0, 1) === 1) assert.equal(server.write(byte, 0, 1), 1);
          };
          client.onReadable = () => {
            const got = new Uint8Array(8);
            assert.equal(client.read(got, 2, 6), 1);
            assert.equal(got[2], 42);
            assert.equal(client.read(got, 2, 6), 0);
            stage.done();
          };
          assert.equal(client.write(Uint8Array.of(0, 42), 1, 1), 1);
        }),
      ),
    },
    {
      name: '10 MB each way at once arrive intact, and after both ends onClose fires on both sides by itself',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client) => {
          const finished = countdown(4, () => stage.done());
          const exchange = (socket: StreamSocket, own: number, other: number) => {
            socket.onClose = (error) => {
              assert.equal(error, undefined);
              finished();
            };
            readAll(socket, other, (bytes) => {
              assert.equal(bytes, BIG);
              finished();
            });
            writeAll(socket, BIG, own, () => socket.end());
          };
          exchange(server, 1, 2);
          exchange(client, 2, 1);
        }),
      ),
    },
    {
      name: 'onReadable fires again until everything was read',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client) => {
          const into = new Uint8Array(1);
          let received = 0;
          server.onReadable = () => {
            const got = server.read(into, 0, 1);
            if (got > 0) {
              assert.equal(into[0], received++);
            } else if (got < 0) {
              assert.equal(received, 100);
              server.onReadable = unexpected('onReadable after the end was read');
              stage.after(3e6, () => stage.done());
            }
          };
          assert.equal(
            client.write(
              Uint8Array.from({ length: 100 }, (_, i) => i),
              0,
              100,
            ),
            100,
          );
          client.end();
        }),
      ),
    },
    {
      name: 'a reader that does not read stops the writer, who goes on when it reads',
      run: onStage(makeIo, (stage) => connected(stage, host, (server, client) => backPressure(stage, server, client))),
    },
    {
      name: 'onWritable follows a single write that was larger than what was taken',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client) => {
          server.onReadable = () => {
            while (server.read(into, 0, into.length) > 0);
          };
          const into = new Uint8Array(65_536);
          const all = new Uint8Array(UNREAD_LIMIT);
          let taken = 0;
          client.onWritable = () => {
            taken += client.write(all, taken, all.length - taken);
            if (taken === all.length) stage.done();
          };
          taken = client.write(all, 0, all.length);
          assert.ok(taken < all.length, 'everything was taken though nobody reads');
        }),
      ),
    },
    {
      name: 'half-close: the server answers after it has read the end of the request',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client) => {
          readAll(server, 3, (bytes) => {
            assert.equal(bytes, 1000);
            writeAll(server, 1 << 20, 4, () => server.end());
          });
          readAll(client, 4, (bytes) => {
            assert.equal(bytes, 1 << 20);
            stage.done();
          });
          writeAll(client, 1000, 3, () => client.end());
        }),
      ),
    },
    {
      name: 'a write after end() takes nothing and breaks nothing',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client) => {
          client.onClose = unexpected('onClose');
          readAll(server, 3, () => writeAll(server, 10, 4));
          const read = readAll(client, 4, unexpected('end of the stream'));
          client.end();
          assert.equal(client.write(new Uint8Array(1), 0, 1), 0);
          stage.until(
            () => read() === 10,
            () => stage.done(),
          );
        }),
      ),
    },
    {
      name: 'half-close: the client goes on sending after it has read the end of the server',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client) => {
          readAll(client, 5, (bytes) => {
            assert.equal(bytes, 10);
            writeAll(client, 1 << 20, 6, () => client.end());
          });
          readAll(server, 6, (bytes) => {
            assert.equal(bytes, 1 << 20);
            stage.done();
          });
          writeAll(server, 10, 5, () => server.end());
        }),
      ),
    },
    {
      name: 'a refused connection closes with ECONNREFUSED and names the address, without onOpen',
      run: onStage(makeIo, (stage) =>
        listening(stage, host, (address, listener) => {
          listener.onClose = () => {
            const client = stage.keep(stage.io.connect(address, {}));
            client.onOpen = unexpected('onOpen');
            client.onClose = (error) => {
              assert.equal(codeOf(error), 'ECONNREFUSED');
              assert.ok(error?.message.includes(`${host}:${address.port}`), `no address in "${error?.message}"`);
              assert.equal(client.write(new Uint8Array(1), 0, 1), 0);
              stage.done();
            };
          };
          listener.close();
        }),
      ),
    },
    {
      name: 'a port in use closes the listener with EADDRINUSE, without onOpen',
      run: onStage(makeIo, (stage) =>
        listening(stage, host, (address) => {
          const second = stage.keep(stage.io.listen(address, {}));
          second.onOpen = unexpected('onOpen');
          second.onClose = (error) => {
            assert.equal(codeOf(error), 'EADDRINUSE');
            stage.done();
          };
        }),
      ),
    },
    {
      name: '200 connections are told apart',
      run: onStage(makeIo, (stage) =>
        listening(stage, host, (address, listener) => manyConnections(stage, address.port, host, listener)),
      ),
    },
    ...[true, false].map((nodelay) => ({
      name: `nodelay ${nodelay} is in force on both ends`,
      run: onStage(makeIo, (stage) => {
        const listener = stage.keep(stage.io.listen({ host, port: 0 }, { nodelay }));
        const both = countdown(2, () => stage.done());
        const check = (socket: StreamSocket) => {
          assert.equal(socket.settings()['nodelay'], nodelay);
          both();
        };
        listener.onStream = (server) => check(stage.keep(server));
        listener.onOpen = () => {
          assert.ok(listener.local);
          const client = stage.keep(stage.io.connect(listener.local, { nodelay }));
          client.onOpen = () => check(client);
        };
      }),
    })),
    ...streamClosing({ makeIo, host }),
  ];
}

function backPressure(stage: Stage, server: StreamSocket, client: StreamSocket): void {
  let settled = -1;
  let quiet = 0;
  const taken = writeAll(
    client,
    UNREAD_LIMIT,
    7,
    unexpected('end of writing: everything was taken though nobody reads'),
  );
  stage.until(
    () => {
      // Stopped when 50 turns of a millisecond bring nothing more.
      if (taken() !== settled) {
        settled = taken();
        quiet = 0;
      }
      return ++quiet === 50;
    },
    () => {
      const before = taken();
      assert.ok(before > 0 && before < UNREAD_LIMIT);
      const read = readAll(server, 7, unexpected('end of the stream'));
      stage.until(
        () => taken() > before && read() >= before,
        () => stage.done(),
      );
    },
  );
}

function manyConnections(
  stage: Stage,
  port: number,
  host: string,
  listener: { onStream: (socket: StreamSocket) => void },
): void {
  const count = 200;
  const finished = countdown(count, () => stage.done());
  const ports = new Set<number | undefined>();
  listener.onStream = (server) => {
    stage.keep(server);
    assert.equal(ports.has(server.remote?.port), false, 'two connections from one port');
    ports.add(server.remote?.port);
    const byte = new Uint8Array(1);
    server.onReadable = () => {
      if (server.read(byte, 0, 1) === 1) server.write(byte, 0, 1);
    };
  };
  for (let id = 0; id < count; id++) {
    const client = stage.keep(stage.io.connect({ host, port }, {}));
    client.onClose = unexpected('onClose');
    client.onOpen = () => client.write(Uint8Array.of(id), 0, 1);
    client.onReadable = () => {
      const answer = new Uint8Array(2);
      if (client.read(answer, 0, 2) === 0) return;
      assert.equal(answer[0], id, 'the answer to another connection');
      client.onClose = () => {};
      finished();
    };
  }
}
