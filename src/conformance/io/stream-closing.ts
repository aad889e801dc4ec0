import assert from 'node:assert/strict';
import type { ConformanceCase, IoSetup } from '../case.ts';
import { closedOnce } from '../closed-once.ts';
import { countdown, onStage, SETTLE_NS, unexpected } from '../stage.ts';
import { codeOf, connected, listening, readAll, writeAll } from './stream-tools.ts';

/** Closing in every state: `onClose` fires once, later, without an error, and nothing fires after it. */
export function streamClosing({ makeIo, host }: IoSetup): ConformanceCase[] {
  return [
    {
      name: 'closed before it is connected: onClose alone, once',
      run: onStage(makeIo, (stage) =>
        listening(stage, host, (address, listener) => {
          listener.onStream = (server) => stage.keep(server);
          const client = stage.keep(stage.io.connect(address, {}));
          client.onOpen = unexpected('onOpen');
          assert.equal(client.write(new Uint8Array(1), 0, 1), 0, 'a write before onOpen was taken');
          closedOnce(stage, client, 'close', () => stage.done());
        }),
      ),
    },
    {
      name: 'closed while open: onClose once, and write takes nothing',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (_, client) =>
          closedOnce(stage, client, 'close', () => {
            assert.equal(client.write(new Uint8Array(1), 0, 1), 0);
            assert.ok(client.read(new Uint8Array(1), 0, 1) <= 0);
            client.end();
            stage.done();
          }),
        ),
      ),
    },
    {
      name: 'closed in onReadable with more to read: nothing but onClose fires',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client) => {
          server.onReadable = () => {
            server.read(new Uint8Array(1), 0, 1);
            server.onReadable = unexpected('onReadable');
            closedOnce(stage, server, 'close', () => stage.done());
          };
          client.write(new Uint8Array(1000), 0, 1000);
        }),
      ),
    },
    {
      name: 'closed in onStream: the client sees the connection end',
      run: onStage(makeIo, (stage) =>
        listening(stage, host, (address, listener) => {
          listener.onStream = (server) => stage.keep(server).close();
          const client = stage.keep(stage.io.connect(address, {}));
          const ended = countdown(1, () => stage.done());
          client.onClose = ended;
          client.onReadable = () => {
            if (client.read(new Uint8Array(1), 0, 1) === -1) ended();
          };
        }),
      ),
    },
    {
      name: 'a listener closed before it is open: onClose alone, once',
      run: onStage(makeIo, (stage) => {
        const listener = stage.keep(stage.io.listen({ host, port: 0 }, {}));
        listener.onOpen = unexpected('onOpen');
        closedOnce(stage, listener, 'close', () => stage.done());
      }),
    },
    {
      name: 'a closed listener leaves the connections that it accepted alone',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client, listener) => {
          readAll(server, 1, (bytes) => {
            assert.equal(bytes, 5000);
            stage.done();
          });
          closedOnce(stage, listener, 'close', () => writeAll(client, 5000, 1, () => client.end()));
        }),
      ),
    },
    {
      name: 'all that was taken before close() still arrives, more than the kernel holds included, then the end',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client) => {
          const taken = writeAll(
            client,
            64 << 20,
            2,
            unexpected('end of writing: everything was taken though nobody reads'),
          );
          assert.ok(taken() > 0);
          client.close();
          client.onWritable = unexpected('onWritable');
          readAll(server, 2, (bytes) => {
            assert.equal(bytes, taken());
            stage.done();
          });
        }),
      ),
    },
    {
      name: 'writing to a peer that has closed ends in onClose, once',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client) => {
          let closed = 0;
          client.onReadable = () => client.read(new Uint8Array(10), 0, 10);
          client.onClose = () => {
            closed++;
          };
          server.close();
          stage.until(
            () => {
              client.write(new Uint8Array(1000), 0, 1000);
              return closed > 0;
            },
            () =>
              stage.after(SETTLE_NS, () => {
                assert.equal(closed, 1);
                stage.done();
              }),
          );
        }),
      ),
    },
    {
      name: 'aborted: onClose once, and the peer is reset',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client) => {
          server.onReadable = () => server.read(new Uint8Array(10), 0, 10);
          server.onClose = (error) => {
            assert.equal(codeOf(error), 'ECONNRESET');
            stage.done();
          };
          closedOnce(stage, client, 'abort', () => {});
        }),
      ),
    },
    {
      name: 'aborted before it is connected: onClose alone, once',
      run: onStage(makeIo, (stage) =>
        listening(stage, host, (address, listener) => {
          listener.onStream = (server) => stage.keep(server);
          const client = stage.keep(stage.io.connect(address, {}));
          client.onOpen = unexpected('onOpen');
          closedOnce(stage, client, 'abort', () => stage.done());
        }),
      ),
    },
    {
      name: 'a peer that closes with unread data resets the connection, which ends in onClose',
      run: onStage(makeIo, (stage) =>
        connected(stage, host, (server, client) => {
          client.onReadable = () => client.read(new Uint8Array(10), 0, 10);
          client.onClose = () => stage.done();
          client.write(new Uint8Array(10_000), 0, 10_000);
          server.onReadable = () => {
            server.read(new Uint8Array(10), 0, 10);
            server.close();
          };
          stage.until(
            () => client.write(new Uint8Array(1), 0, 1) === 0,
            () => {},
          );
        }),
      ),
    },
  ];
}
