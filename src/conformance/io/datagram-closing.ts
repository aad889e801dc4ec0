import assert from 'node:assert/strict';
import type { ConformanceCase, IoSetup } from '../case.ts';
import { onStage, SETTLE_NS, unexpected } from '../stage.ts';
import { addressOf, opened } from './datagram-tools.ts';

/** Closing in every state: `onClose` fires once, later, without an error, and nothing fires after it. */
export function datagramClosing({ makeIo, host }: IoSetup): ConformanceCase[] {
  const bound = { local: { host, port: 0 } };
  return [
    {
      name: 'closed before it is open: onClose alone, once',
      run: onStage(makeIo, (stage) => {
        const socket = stage.keep(stage.io.datagram(bound));
        let closed = 0;
        socket.onOpen = unexpected('onOpen');
        socket.onClose = (error) => {
          assert.equal(error, undefined);
          closed++;
        };
        socket.close();
        socket.close();
        assert.equal(closed, 0, 'onClose fired inside close()');
        stage.after(SETTLE_NS, () => {
          assert.equal(closed, 1);
          stage.done();
        });
      }),
    },
    {
      name: 'closed in onOpen, twice, and again in onClose: onClose once, and send takes nothing',
      run: onStage(makeIo, (stage) => {
        const socket = stage.keep(stage.io.datagram(bound));
        let closed = 0;
        socket.onClose = (error) => {
          assert.equal(error, undefined);
          closed++;
          socket.close();
        };
        socket.onOpen = () => {
          socket.close();
          socket.close();
          assert.equal(closed, 0, 'onClose fired inside close()');
          assert.equal(socket.send(new Uint8Array(1), 0, 1, 1, { host, port: 9 }), 0);
          stage.after(SETTLE_NS, () => {
            assert.equal(closed, 1);
            stage.done();
          });
        };
      }),
    },
    {
      name: 'closed in onDatagrams: what is queued is not delivered any more',
      run: onStage(makeIo, (stage) =>
        opened(stage, bound, (server) =>
          opened(stage, { remote: addressOf(server) }, (client) => {
            let batches = 0;
            let closed = 0;
            server.onDatagrams = () => {
              batches++;
              server.close();
            };
            server.onClose = () => {
              closed++;
            };
            client.onError = () => {};
            // Different sizes, which cannot be one batch of equal segments.
            for (let size = 1; size <= 20; size++) client.send(new Uint8Array(size), 0, size, 1);
            stage.after(4 * SETTLE_NS, () => {
              assert.equal(batches, 1);
              assert.equal(closed, 1);
              stage.done();
            });
          }),
        ),
      ),
    },
  ];
}
