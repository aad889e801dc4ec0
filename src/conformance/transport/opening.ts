import assert from 'node:assert/strict';
import type { ConformanceCase, IoSetup } from '../case.ts';
import { countdown, onStage, SETTLE_NS, unexpected } from '../stage.ts';
import {
  addressOf,
  checkAddress,
  connected,
  dialled,
  eachMessage,
  listening,
  type Subject,
  sendSlab,
} from './tools.ts';

/** How connections come about. */
export function openingCases(subject: Subject, makeIo: IoSetup['makeIo']): ConformanceCase[] {
  const { transport, options, host } = subject;
  const { connection: handshake, reliable } = subject.traits;
  const connectionless = handshake ? { skip: 'the transport has a handshake' } : {};
  const unnoticed = reliable ? { skip: 'the transport is reliable: it fails, at once or later' } : connectionless;
  return [
    {
      name: 'nothing fires inside the creating calls, and both ends know their address once open',
      run: onStage(makeIo, (stage) => {
        let inside = true;
        const listener = stage.keep(transport.listen(stage.io, { host, port: 0 }, options));
        listener.onOpen = () => {
          assert.equal(inside, false, 'onOpen of the listener fired inside the creating call');
          checkAddress(subject, addressOf(listener));
          inside = true;
          const client = stage.keep(transport.connect(stage.io, addressOf(listener), options));
          client.onOpen = () => {
            assert.equal(inside, false, 'onOpen of the client fired inside the creating call');
            checkAddress(subject, addressOf(client));
            stage.done();
          };
          inside = false;
        };
        inside = false;
      }),
    },
    {
      name: 'where nobody listens, a handshake fails, closing the connection with an error and without onOpen',
      ...(handshake ? {} : { skip: 'the transport has no handshake' }),
      run: onStage(makeIo, (stage) =>
        listening(stage, subject, (address, listener) => {
          listener.onClose = () => {
            const client = stage.keep(transport.connect(stage.io, address, options));
            client.onOpen = unexpected('onOpen');
            client.onClose = (error) => {
              assert.ok(error instanceof Error, 'onClose came without an error');
              stage.done();
            };
          };
          listener.close();
        }),
      ),
    },
    {
      name: 'where nobody listens, a transport without handshake opens all the same',
      ...unnoticed,
      run: onStage(makeIo, (stage) =>
        listening(stage, subject, (address, listener) => {
          listener.onClose = () =>
            dialled(stage, subject, address, (client) => {
              client.onClose = unexpected('onClose');
              const slab = new Uint8Array(client.headroom + 10);
              assert.equal(client.send(slab, 0, 10, 1), 1);
              stage.after(SETTLE_NS, () => {
                client.send(slab, 0, 10, 1);
                stage.after(SETTLE_NS, () => stage.done());
              });
            });
          listener.close();
        }),
      ),
    },
    {
      name: 'an expected peer is a connection before its first message, which can be sent to',
      ...connectionless,
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (server, client) => {
          client.onMessages = () => stage.done();
          assert.equal(server.send(new Uint8Array(server.headroom + 10), 0, 10, 1), 1);
        }),
      ),
    },
    {
      name: 'a peer that nobody announced is a connection by its first message, which is not lost',
      ...connectionless,
      run: onStage(makeIo, (stage) =>
        listening(stage, subject, (address, listener) => {
          let connections = 0;
          listener.onConnection = (server) => {
            connections++;
            stage.keep(server);
            server.onMessages = () => {
              // Announced after all: it is the same connection.
              listener.expect(peer);
              assert.equal(connections, 1);
              stage.done();
            };
          };
          let peer = address;
          dialled(stage, subject, address, (client) => {
            peer = addressOf(client);
            client.send(new Uint8Array(client.headroom + 10), 0, 10, 1);
          });
        }),
      ),
    },
    {
      name: '50 connections of one listener are told apart, and each is answered',
      run: onStage(makeIo, (stage) =>
        listening(stage, subject, (address, listener) => {
          const clients = 50;
          let accepted = 0;
          const answered = countdown(clients, () => {
            assert.equal(accepted, clients);
            stage.done();
          });
          listener.onConnection = (server) => {
            accepted++;
            stage.keep(server);
            let owner = -1;
            server.onMessages = (batch) =>
              eachMessage(stage, batch, (offset) => {
                const id = batch.bytes[offset];
                if (owner < 0) owner = id;
                assert.equal(id, owner, 'messages of two clients on one connection');
                const slab = new Uint8Array(server.headroom + 1);
                slab[server.headroom] = id;
                assert.equal(server.send(slab, 0, 1, 1), 1);
              });
          };
          for (let id = 0; id < clients; id++) {
            dialled(stage, subject, address, (client) => {
              listener.expect(addressOf(client));
              client.onMessages = (batch) => {
                assert.equal(batch.bytes[batch.offsets[0]], id, 'the answer to another client');
                client.onMessages = unexpected('a second answer');
                answered();
              };
              const slab = new Uint8Array(client.headroom + 1);
              slab[client.headroom] = id;
              sendSlab(client, slab, 1, 1);
            });
          }
        }),
      ),
    },
  ];
}
