import assert from 'node:assert/strict';
import { ipHeaderBytes } from '../../io/headers.ts';
import type { Connection } from '../../transports/transport.ts';
import type { ConformanceCase, IoSetup } from '../case.ts';
import { fillPattern, sendAll } from '../pattern.ts';
import { countdown, onStage, type Stage } from '../stage.ts';
import { collect, connected, eachMessage, type Subject } from './tools.ts';

/** Few enough to fit into any receive buffer unread, so that an unreliable transport loses none on loopback either. */
const FEW = 100;
/** What a reliable transport may take at most before the receiver had a chance to read. */
const UNREAD_LIMIT = 128 << 20;

/** What becomes of messages. */
export function messageCases(subject: Subject, makeIo: IoSetup['makeIo']): ConformanceCase[] {
  const { transport, options, host } = subject;
  const { reliable, ordered } = subject.traits;
  const echo = (size: (connection: Connection) => number) =>
    onStage(makeIo, (stage) =>
      connected(stage, subject, (server, client) => echoOne(stage, server, client, size(client))),
    );
  return [
    ...[1, 20, 64, 1200].map((size) => ({
      name: `a message of ${size} bytes is echoed intact`,
      run: echo(() => size),
    })),
    {
      name: 'a message of maxMessageBytes, which is what the transport foretells, is echoed intact',
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (server, client) => {
          const foretold = transport.maxMessageBytes(stage.io.pathMtu(host), ipHeaderBytes(host), options);
          assert.equal(client.maxMessageBytes, foretold);
          assert.equal(server.maxMessageBytes, foretold);
          echoOne(stage, server, client, foretold);
        }),
      ),
    },
    {
      name: 'a message above maxMessageBytes is refused with a RangeError that names the limit, and harms nothing',
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (server, client) => {
          const limit = client.maxMessageBytes;
          const slab = new Uint8Array(client.headroom + limit + 1);
          assert.throws(
            () => client.send(slab, 0, limit + 1, 1),
            (error) => error instanceof RangeError && error.message.replaceAll(/[,_]/g, '').includes(String(limit)),
          );
          echoOne(stage, server, client, 10);
        }),
      ),
    },
    {
      name: `${FEW} messages from a slab that is overwritten at once arrive intact`,
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (server, client) => {
          collect(stage, subject, server, 100, ({ unique }) => {
            if (unique === FEW) stage.done();
          });
          sendAll(client, 100, FEW);
        }),
      ),
    },
    {
      name: 'boundaries are kept, whatever the sizes',
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (server, client) => boundaries(stage, server, client, ordered)),
      ),
    },
    {
      name: 'sending touches nothing but the headroom',
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (_, client) => {
          const [size, count, offset] = [33, 5, 9];
          const stride = client.headroom + size;
          const slab = new Uint8Array(offset + count * stride + 9).fill(0xab);
          client.send(slab, offset, size, count);
          for (let at = 0; at < slab.length; at++) {
            const place = (at - offset) % stride;
            const inside = at >= offset && at < offset + count * stride;
            if (!inside || place >= client.headroom) assert.equal(slab[at], 0xab, `byte ${at} of the slab was changed`);
          }
          stage.done();
        }),
      ),
    },
    {
      name: 'large volume in both directions at once: each of 20,000 messages once, and all back-pressure ends',
      ...(reliable ? {} : { skip: 'the transport is not reliable' }),
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (server, client) => {
          const count = 20_000;
          const finished = countdown(4, () => stage.done());
          for (const connection of [server, client]) {
            collect(stage, subject, connection, 1000, ({ unique }) => {
              if (unique === count) finished();
            });
            sendAll(connection, 1000, count, finished);
          }
        }),
      ),
    },
    {
      name: 'a flood in both directions without reliability: what arrives is intact, and all back-pressure ends',
      ...(reliable ? { skip: 'the transport is reliable' } : {}),
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (server, client) => {
          const finished = countdown(2, () => stage.done());
          const flood = (from: Connection, to: Connection): void => {
            let unique = 0;
            collect(stage, subject, to, 1000, (inbox) => {
              unique = inbox.unique;
            });
            sendAll(from, 1000, 20_000, () => stage.until(() => unique > 0, finished));
          };
          flood(client, server);
          flood(server, client);
        }),
      ),
    },
    {
      name: 'what is taken before anything can be delivered is bounded, and onWritable follows a send that took less',
      ...(reliable ? {} : { skip: 'an unreliable transport may take and drop any amount' }),
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (_, client) => {
          const size = Math.min(64 << 10, client.maxMessageBytes);
          const slab = new Uint8Array(client.headroom + size);
          let bytes = 0;
          while (client.send(slab, 0, size, 1) === 1) {
            bytes += size;
            assert.ok(bytes < UNREAD_LIMIT, `${bytes} bytes were taken though nobody could read`);
          }
          client.onWritable = () => {
            assert.equal(client.send(slab, 0, size, 1), 1, 'onWritable, but no room for a message');
            stage.done();
          };
        }),
      ),
    },
    {
      name: 'stats and settings are plain values in every state',
      run: onStage(makeIo, (stage) =>
        connected(stage, subject, (server, client) => {
          const check = (): void => {
            for (const connection of [server, client]) {
              plain(connection.settings());
              for (const value of Object.values(plain(connection.stats()))) {
                assert.ok(typeof value === 'number' && value >= 0, `a statistic is ${value}`);
              }
            }
          };
          check();
          server.onMessages = () => {
            check();
            client.onClose = () => {
              check();
              stage.done();
            };
            client.close();
          };
          client.send(new Uint8Array(client.headroom + 10), 0, 10, 1);
        }),
      ),
    },
  ];
}

function echoOne(stage: Stage, server: Connection, client: Connection, size: number): void {
  const sent = new Uint8Array(client.headroom + size);
  fillPattern(sent, client.headroom, size, 9);
  const sentAt = stage.io.loop.now();
  server.onMessages = (batch) =>
    eachMessage(stage, batch, (offset, length) => {
      const answer = new Uint8Array(server.headroom + length);
      answer.set(batch.bytes.subarray(offset, offset + length), server.headroom);
      assert.equal(server.send(answer, 0, length, 1), 1);
    });
  client.onMessages = (batch) => {
    assert.equal(batch.count, 1);
    assert.equal(batch.lengths[0], size);
    assert.ok(batch.arrival >= sentAt && batch.arrival <= stage.io.loop.now(), 'arrival lies outside the exchange');
    const expected = Buffer.from(sent.buffer, client.headroom, size);
    assert.ok(expected.equals(batch.bytes.subarray(batch.offsets[0], batch.offsets[0] + size)), 'content was changed');
    stage.done();
  };
  assert.equal(client.send(sent, 0, size, 1), 1);
  sent.fill(0xee, 0, client.headroom);
}

function boundaries(stage: Stage, server: Connection, client: Connection, ordered: boolean): void {
  const sizes = [10, 1000, 1, 500, 500, 9, 1200, 2].flatMap((size) => [size, size, size]);
  const received: number[] = [];
  server.onMessages = (batch) => {
    eachMessage(stage, batch, (_, length) => received.push(length));
    if (received.length < sizes.length) return;
    const ascending = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
    if (ordered) assert.deepEqual(received, sizes);
    else assert.deepEqual(ascending(received), ascending(sizes));
    stage.done();
  };
  const slab = new Uint8Array(3 * (client.headroom + 1200));
  let sent = 0;
  client.onWritable = () => {
    while (sent < sizes.length) {
      const left = 3 - (sent % 3);
      const taken = client.send(slab, 0, sizes[sent], left);
      sent += taken;
      if (taken < left) return;
    }
    client.onWritable = () => {};
  };
  client.onWritable();
}

/** Numbers, text, true and false, which survive JSON as they are. */
function plain(values: object): object {
  for (const [key, value] of Object.entries(values)) {
    assert.ok(['string', 'boolean', 'number'].includes(typeof value), `${key} is no plain value`);
    if (typeof value === 'number') assert.ok(Number.isFinite(value), `${key} is ${value}`);
  }
  return values;
}
