import assert from 'node:assert/strict';
import type { ConformanceCase, IoSetup } from '../case.ts';
import { closedOnce } from '../closed-once.ts';
import { sendAll } from '../pattern.ts';
import { countdown, onStage, unexpected } from '../stage.ts';
import { addressOf, collect, connected, listening, type Subject } from './tools.ts';

/** Closing in every state: `onClose` fires once, later, and nothing fires after it. */
export function closingCases(subject: Subject, makeIo: IoSetup['makeIo']): ConformanceCase[] {
  const { transport, options, host } = subject;
  const { reliable, connection: handshake } = subject.traits;
  const withoutHandshake = handshake ? {} : { skip: 'without a connection the peer is not told' };
  return [
    ...(['close', 'abort'] as const).flatMap((how) => [
      {
        name: `${how}() before it is open: onClose alone, once`,
        run: onStage(makeIo, (stage) =>
          listening(stage, subject, (address) => {
            const client = stage.keep(transport.connect(stage.io, address, options));
            client.onOpen = unexpected('onOpen');
            closedOnce(stage, client, how, () => stage.done(), { orderly: true });
          }),
        ),
      },
      {
        name: `${how}() while open: onClose once on either end, and send takes nothing`,
        run: onStage(makeIo, (stage) =>
          connected(stage, subject, (server, client) => {
            const clientClosed = (): void => {
              if (handshake) stage.done();
              else closedOnce(stage, server, how, () => stage.done(), { orderly: true });
            };
            closedOnce(stage, client, how, clientClosed, { orderly: true });
            assert.equal(client.send(new Uint8Array(client.headroom + 10), 0, 10, 1), 0);
          }),
        ),
      },
      {
        name: `${how}() in onMessages: no message comes any more`,
        run: onStage(makeIo, (stage) =>
          connected(stage, subject, (server, client, listener) => {
            // Without a handshake, a later message is the first of a new connection.
            if (!handshake) listener.onConnection = (later) => stage.keep(later);
            server.onMessages = () => {
              server.onMessages = unexpected('onMessages');
              closedOnce(stage, server, how, () => stage.done(), { orderly: true });
            };
            const slab = new Uint8Array(20 * (client.headroom + 500));
            for (let size = 481; size <= 500; size++) client.send(slab, 0, size, 1);
          }),
        ),
      },
      {
        name: `${how}() in onConnection, without ever having been used`,
        run: onStage(makeIo, (stage) =>
          listening(stage, subject, (address, listener) => {
            listener.onConnection = (server) => {
              listener.onConnection = () => {};
              closedOnce(stage, stage.keep(server), how, () => stage.done(), { orderly: true });
            };
            // It may see its connection end before it is open.
            const client = stage.keep(transport.connect(stage.io, address, options));
            client.onOpen = () => listener.expect(addressOf(client));
          }),
        ),
      },
    ]),
    {
      name: 'an orderly close delivers all that was taken, and closes both ends that hear of it without an error',
      ...(reliable ? {} : { skip: 'the transport is not reliable' }),
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (server, client) => {
          let unique = 0;
          let taken = 0;
          const all = (): void => {
            assert.equal(unique, taken, 'messages were taken but not delivered');
            stage.done();
          };
          const both = countdown(handshake ? 2 : 1, () =>
            handshake ? all() : stage.until(() => unique === taken, all),
          );
          const ended = (error?: Error): void => {
            assert.equal(error, undefined);
            both();
          };
          if (handshake) server.onClose = ended;
          client.onClose = ended;
          collect(stage, subject, server, 1000, (inbox) => {
            unique = inbox.unique;
          });
          // Until it takes no more, so that some of it is still on its way inside the transport.
          const count = sendAll(client, 1000, 100_000);
          client.close();
          taken = count();
          assert.ok(taken > 0);
        }),
      ),
    },
    {
      name: 'the other end of an orderly close gets onClose without an error',
      ...withoutHandshake,
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (server, client) => {
          client.onClose = (error) => {
            assert.equal(error, undefined);
            stage.done();
          };
          server.close();
        }),
      ),
    },
    {
      name: 'the other end of an abort gets onClose',
      ...withoutHandshake,
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (server, client) => {
          client.onClose = () => stage.done();
          server.abort();
        }),
      ),
    },
    {
      name: 'a listener closed before it is open: onClose alone, once',
      run: onStage(makeIo, (stage) => {
        const listener = stage.keep(transport.listen(stage.io, { host, port: 0 }, options));
        listener.onOpen = unexpected('onOpen');
        closedOnce(stage, listener, 'close', () => stage.done(), { orderly: true });
      }),
    },
    {
      name: 'a port in use closes the listener with an error, without onOpen',
      run: onStage(makeIo, (stage) =>
        listening(stage, subject, (address) => {
          const second = stage.keep(transport.listen(stage.io, address, options));
          second.onOpen = unexpected('onOpen');
          second.onClose = (error) => {
            assert.ok(error instanceof Error, 'onClose came without an error');
            stage.done();
          };
        }),
      ),
    },
    {
      name: 'closing the listener closes the connections that it accepted',
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (server, client, listener) => {
          const all = countdown(handshake ? 3 : 2, () => stage.done());
          const ended = (error?: Error): void => {
            assert.equal(error, undefined);
            all();
          };
          server.onClose = ended;
          listener.onClose = ended;
          if (handshake) client.onClose = ended;
          listener.close();
          listener.close();
        }),
      ),
    },
  ];
}
