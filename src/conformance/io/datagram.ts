import assert from 'node:assert/strict';
import type { Batch } from '../../io/batch.ts';
import type { DatagramSocket, Peer } from '../../io/datagram.ts';
import type { ConformanceCase, IoSetup } from '../case.ts';
import { checkPattern, fillPattern, sendAll } from '../pattern.ts';
import { countdown, onStage, type Stage, unexpected } from '../stage.ts';
import { datagramClosing } from './datagram-closing.ts';
import { addressOf, opened } from './datagram-tools.ts';

/** More than 65,507 bytes do not fit into a UDP datagram over IPv4; macOS refuses more than 9,216 by default. */
const SIZES = process.platform === 'darwin' ? [1, 64, 1400, 9000] : [1, 64, 1400, 9000, 65_448];

/** What every `DatagramSocket` must do. */
export function datagramConformance({ makeIo, host }: IoSetup): ConformanceCase[] {
  const bound = { local: { host, port: 0 }, receiveBufferBytes: 1 << 20 };

  /** A bound socket and one connected to it, both open. */
  const pair = (stage: Stage, use: (server: DatagramSocket, client: DatagramSocket) => void) =>
    opened(stage, bound, (server) =>
      opened(stage, { remote: addressOf(server), receiveBufferBytes: 1 << 20 }, (client) => use(server, client)),
    );

  return [
    {
      name: 'an ephemeral port is known at onOpen, which never fires inside the creating call',
      run: onStage(makeIo, (stage) => {
        let inside = true;
        const socket = stage.keep(stage.io.datagram(bound));
        assert.equal(socket.local, undefined);
        socket.onClose = unexpected('onClose');
        socket.onOpen = () => {
          assert.equal(inside, false, 'onOpen fired inside the creating call');
          assert.equal(socket.local?.host, host);
          assert.ok(addressOf(socket).port > 0);
          stage.done();
        };
        inside = false;
      }),
    },
    {
      name: 'the view and the bytes of a batch are the same memory, and it arrived between being sent and now',
      run: onStage(makeIo, (stage) =>
        pair(stage, (server, client) => {
          const sentAt = stage.io.loop.now();
          server.onDatagrams = (batch) => {
            const at = batch.offsets[0];
            assert.equal(batch.view.getUint32(at), 0x01020304);
            assert.deepEqual([...batch.bytes.subarray(at, at + batch.lengths[0])], [1, 2, 3, 4, 5]);
            assert.ok(batch.arrival >= sentAt && batch.arrival <= stage.io.loop.now());
            stage.done();
          };
          assert.equal(client.send(Uint8Array.of(9, 1, 2, 3, 4, 5), 1, 5, 1), 1);
        }),
      ),
    },
    ...SIZES.map((size) => ({
      name: `a datagram of ${size} bytes is echoed whole`,
      run: onStage(makeIo, (stage) =>
        pair(stage, (server, client) => {
          const sent = new Uint8Array(size);
          fillPattern(sent, 0, size, 5);
          server.onDatagrams = (batch, peer) => {
            assert.deepEqual(peer, client.local);
            assert.equal(server.send(batch.bytes, batch.offsets[0], batch.lengths[0], 1, peer), 1);
          };
          client.onDatagrams = (batch) => {
            assert.equal(batch.count, 1);
            assert.equal(batch.lengths[0], size);
            checkPattern(batch.bytes, batch.offsets[0], size, 5);
            stage.done();
          };
          assert.equal(client.send(sent, 0, size, 1), 1);
        }),
      ),
    })),
    {
      name: 'a slab of 300 arrives in order and intact though the slab is overwritten at once',
      // 300 small datagrams take about 300 x 768 bytes of the receive buffer: they fit unread.
      run: onStage(makeIo, (stage) =>
        pair(stage, (server, client) => {
          let next = 0;
          server.onDatagrams = (batch) => {
            for (let i = 0; i < batch.count; i++) {
              assert.equal(batch.lengths[i], 100);
              checkPattern(batch.bytes, batch.offsets[i], 100, next++);
            }
            if (next === 300) stage.done();
          };
          sendAll(client, 100, 300);
        }),
      ),
    },
    {
      name: 'changing sizes between slabs keeps every boundary',
      run: onStage(makeIo, (stage) =>
        pair(stage, (server, client) => {
          const sizes = [10, 1000, 1, 500, 500, 9, 1400, 2];
          const received: number[] = [];
          server.onDatagrams = (batch) => {
            for (let i = 0; i < batch.count; i++) received.push(batch.lengths[i]);
            if (received.length < sizes.length * 3) return;
            assert.deepEqual(
              received,
              sizes.flatMap((size) => [size, size, size]),
            );
            stage.done();
          };
          const slab = new Uint8Array(3 * 1400);
          for (const size of sizes) assert.equal(client.send(slab, 0, size, 3), 3);
        }),
      ),
    },
    {
      name: 'a flood is taken in pieces, stays in order, and what is missing did not go unnoticed',
      run: onStage(makeIo, (stage) => pair(stage, (server, client) => flood(stage, server, client))),
    },
    {
      name: 'many peers of one socket are told apart, interned, and answered',
      run: onStage(makeIo, (stage) => opened(stage, bound, (server) => manyPeers(stage, server))),
    },
    {
      name: 'a connected socket hears only its peer',
      run: onStage(makeIo, (stage) =>
        pair(stage, (server, client) =>
          opened(stage, bound, (stranger) => {
            client.onDatagrams = (batch) => {
              assert.equal(batch.bytes[batch.offsets[0]], 7, 'heard a stranger');
              stage.done();
            };
            stranger.send(Uint8Array.of(6), 0, 1, 1, addressOf(client));
            stage.after(2e6, () => server.send(Uint8Array.of(7), 0, 1, 1, addressOf(client)));
          }),
        ),
      ),
    },
    {
      name: 'an unreachable port is at most an onError, and the socket stays of use',
      run: onStage(makeIo, (stage) => pair(stage, (server, client) => unreachable(stage, server, client))),
    },
    {
      name: 'a port in use closes the socket with EADDRINUSE, and without onOpen',
      run: onStage(makeIo, (stage) =>
        opened(stage, bound, (first) => {
          const second = stage.keep(stage.io.datagram({ local: addressOf(first) }));
          second.onOpen = unexpected('onOpen');
          second.onClose = (error) => {
            assert.equal((error as NodeJS.ErrnoException | undefined)?.code, 'EADDRINUSE');
            assert.equal(second.send(new Uint8Array(1), 0, 1, 1, addressOf(first)), 0);
            stage.done();
          };
        }),
      ),
    },
    {
      name: 'a datagram that UDP cannot carry is refused with a RangeError that names the limit',
      run: onStage(makeIo, (stage) =>
        pair(stage, (_, client) => {
          const refused = () => client.send(new Uint8Array(65_508), 0, 65_508, 1);
          assert.throws(refused, (error) => error instanceof RangeError && /65,?507/.test(error.message));
          stage.done();
        }),
      ),
    },
    {
      name: 'a datagram that the path may not carry counts as taken and does not stall the next',
      run: onStage(makeIo, (stage) =>
        pair(stage, (server, client) => {
          let received = 0;
          client.onError = (error) => assert.equal((error as NodeJS.ErrnoException).code, 'EMSGSIZE');
          server.onDatagrams = (batch) => {
            for (let i = 0; i < batch.count; i++) if (batch.lengths[i] === 3) received++;
            if (received > 0) stage.done();
          };
          assert.equal(client.send(new Uint8Array(65_507), 0, 65_507, 1), 1);
          assert.equal(client.send(new Uint8Array(3), 0, 3, 1), 1);
        }),
      ),
    },
    {
      name: 'buffer sizes that were asked for are read back',
      run: onStage(makeIo, (stage) =>
        opened(stage, { ...bound, receiveBufferBytes: 65_536, sendBufferBytes: 32_768 }, (socket) => {
          const settings = socket.settings();
          // Linux doubles what was asked for, to leave room for its own bookkeeping.
          assert.ok(settings['receive_buffer_bytes'] === 65_536 || settings['receive_buffer_bytes'] === 131_072);
          assert.ok(settings['send_buffer_bytes'] === 32_768 || settings['send_buffer_bytes'] === 65_536);
          assert.ok(['udp_segment', 'sendmmsg', 'none'].includes(String(settings['batching'])));
          stage.done();
        }),
      ),
    },
    ...datagramClosing({ makeIo, host }),
  ];
}

/** Sends far more than the receive buffer holds, without a pause; then a last datagram again and again until it is heard. */
function flood(stage: Stage, server: DatagramSocket, client: DatagramSocket): void {
  const [size, count] = [1200, 5000];
  const last = Uint8Array.of(255);
  let [previous, received, over] = [-1, 0, false];
  server.onDatagrams = (batch: Batch) => {
    for (let i = 0; i < batch.count && !over; i++) {
      if (batch.lengths[i] === 1) {
        over = true;
        continue;
      }
      const number = batch.view.getUint32(batch.offsets[i]);
      assert.ok(number > previous && number < count, `datagram ${number} after ${previous}`);
      checkPattern(batch.bytes, batch.offsets[i], size, number);
      previous = number;
      received++;
    }
  };
  sendAll(client, size, count, () => {
    stage.until(
      () => {
        if (!over) client.send(last, 0, 1, 1);
        return over;
      },
      () => {
        const missing = count - received;
        const drops = server.drops();
        assert.ok(received > 0);
        // At least one: kernels count a dropped super-packet of many datagrams (UDP_GRO) as one.
        if (drops !== undefined && missing > 0)
          assert.ok(drops > 0, `${missing} are missing, none was counted as dropped`);
        stage.done();
      },
    );
  });
}

function manyPeers(stage: Stage, server: DatagramSocket): void {
  const clients = 50;
  const seen = new Map<Peer, number>();
  server.onDatagrams = (batch, peer) => {
    for (let i = 0; i < batch.count; i++) {
      const id = batch.bytes[batch.offsets[i]];
      if (!seen.has(peer)) seen.set(peer, id);
      assert.equal(seen.get(peer), id, 'two clients are the same peer, or one client is two');
      assert.equal(server.send(batch.bytes, batch.offsets[i], batch.lengths[i], 1, peer), 1);
    }
  };
  const finished = countdown(clients, () => {
    assert.equal(seen.size, clients, 'equal sources must be the same object');
    stage.done();
  });
  for (let id = 0; id < clients; id++) {
    opened(stage, { remote: addressOf(server) }, (client) => {
      let echoes = 0;
      client.onDatagrams = (batch) => {
        for (let i = 0; i < batch.count; i++)
          assert.equal(batch.bytes[batch.offsets[i]], id, 'an answer to another client');
        echoes += batch.count;
        if (echoes === 3) finished();
        else client.send(Uint8Array.of(id), 0, 1, 1);
      };
      client.send(Uint8Array.of(id), 0, 1, 1);
    });
  }
}

function unreachable(stage: Stage, server: DatagramSocket, client: DatagramSocket): void {
  const address = addressOf(server);
  client.onClose = unexpected('onClose');
  client.onError = (error) => assert.equal((error as NodeJS.ErrnoException).code, 'ECONNREFUSED');
  server.onClose = () => {
    client.send(Uint8Array.of(1), 0, 1, 1);
    stage.after(5e6, () =>
      opened(stage, { local: address }, (reborn) => {
        let heard = false;
        reborn.onDatagrams = () => {
          heard = true;
        };
        stage.until(
          () => {
            if (!heard) client.send(Uint8Array.of(2), 0, 1, 1);
            return heard;
          },
          () => stage.done(),
        );
      }),
    );
  };
  server.close();
}
