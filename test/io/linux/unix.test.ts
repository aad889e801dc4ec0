import { describe, expect, test } from 'vitest';
import { opened } from '../../../src/conformance/io/datagram-tools.ts';
import { readAll, writeAll } from '../../../src/conformance/io/stream-tools.ts';
import { checkPattern, sendAll } from '../../../src/conformance/pattern.ts';
import { countdown, onStage, type Stage, unexpected } from '../../../src/conformance/stage.ts';
import type { DatagramSocket } from '../../../src/io/datagram.ts';
import type { SeqpacketSocket } from '../../../src/io/seqpacket.ts';
import type { StreamSocket } from '../../../src/io/stream.ts';
import { linuxIo } from '../../linux-io.ts';
import { linuxSystemCalls } from '../../requirements.ts';

const onLinux = (name: string, act: (stage: Stage) => void) =>
  test(name, async (context) => {
    await linuxSystemCalls(context);
    await onStage(linuxIo, act)();
  });

const ANY = { host: '@', port: 0 };
const NAME = /^@[0-9a-f]{5}$/;

describe('datagrams', () => {
  const pair = (stage: Stage, use: (server: DatagramSocket, client: DatagramSocket) => void): void =>
    opened(stage, { local: ANY }, (server) =>
      opened(stage, { remote: server.local ?? ANY }, (client) => use(server, client)),
    );

  onLinux('both ends have names, by which a server answers', (stage) =>
    pair(stage, (server, client) => {
      expect(server.local?.host).toMatch(NAME);
      expect(client.local?.host).toMatch(NAME);
      server.onDatagrams = (batch, peer) => {
        expect(peer).toEqual(client.local);
        server.send(batch.bytes, batch.offsets[0] as number, batch.lengths[0] as number, 1, peer);
      };
      client.onDatagrams = (batch) => {
        expect(batch.lengths[0]).toBe(65_536);
        checkPattern(batch.bytes, batch.offsets[0] as number, 65_536, 0);
        expect(client.drops()).toBeUndefined();
        stage.done();
      };
      sendAll(client, 65_536, 1);
    }),
  );

  for (const towards of ['server', 'client'] as const) {
    onLinux(`none of 5,000 to a ${towards} that is in no hurry is lost or out of order`, (stage) =>
      pair(stage, (server, client) => {
        const [from, to] = towards === 'server' ? [client, server] : [server, client];
        let next = 0;
        to.onDatagrams = (batch) => {
          for (let i = 0; i < batch.count; i++) checkPattern(batch.bytes, batch.offsets[i] as number, 100, next++);
          if (next === 5000) stage.done();
        };
        const { local } = client;
        const sender = {
          set onWritable(act: () => void) {
            from.onWritable = act;
          },
          send: (slab: Uint8Array, offset: number, size: number, count: number) =>
            from.send(slab, offset, size, count, local),
        };
        sendAll(sender, 100, 5000);
      }),
    );
  }

  onLinux('a full queue of one that is not connected to the sender does not hold the loop', (stage) =>
    opened(stage, { local: ANY }, (sender) => {
      const { loop, datagram } = linuxIo();
      const deaf = datagram({ local: ANY });
      deaf.onOpen = () => loop.stop();
      void loop.run();
      const peer = deaf.local ?? ANY;
      let turns = 0;
      const fill = (): void => {
        while (sender.send(new Uint8Array(10), 0, 10, 1, peer) === 1);
      };
      sender.onWritable = fill;
      fill();
      stage.after(5e6, () => {
        stage.io.loop.onTurn = () => turns++;
        stage.after(20e6, () => {
          // Once a millisecond, and the timer's own turns.
          expect(turns).toBeLessThan(100);
          // The next try may come before the stage is cleared, and would find nobody.
          sender.onWritable = () => {};
          deaf.close();
          stage.done();
        });
      });
    }),
  );

  onLinux('a client whose server has closed is closed with the reason, one that finds none too', (stage) =>
    pair(stage, (server, client) => {
      const gone = server.local ?? ANY;
      client.onClose = (error) => {
        expect(error?.message).toContain('ECONNREFUSED');
        const second = stage.keep(stage.io.datagram({ remote: gone }));
        second.onOpen = unexpected('onOpen');
        second.onClose = (failure) => {
          expect(failure?.message).toBe(`connect ${gone.host}: ECONNREFUSED`);
          stage.done();
        };
      };
      server.onClose = () => client.send(new Uint8Array(1), 0, 1, 1);
      server.close();
    }),
  );

  onLinux('a client that has closed is an error of the server, which goes on', (stage) =>
    pair(stage, (server, client) => {
      const { local } = client;
      const errors: Error[] = [];
      server.onError = (error) => errors.push(error);
      client.onClose = () => {
        expect(server.send(new Uint8Array(5), 0, 1, 5, local)).toBe(5);
        expect(errors.map(({ message }) => message)).toEqual(['send: ECONNREFUSED']);
        stage.done();
      };
      client.close();
    }),
  );
});

describe('seqpacket', () => {
  const pair = (stage: Stage, use: (server: SeqpacketSocket, client: SeqpacketSocket) => void): void => {
    const listener = stage.keep(stage.io.listenSeqpacket(ANY));
    listener.onOpen = () => {
      expect(listener.local?.host).toMatch(NAME);
      const client = stage.keep(stage.io.connectSeqpacket(listener.local ?? ANY));
      const both = countdown(2, () => use(server as SeqpacketSocket, client));
      let server: SeqpacketSocket | undefined;
      listener.onSocket = (socket) => {
        server = stage.keep(socket);
        both();
      };
      client.onOpen = both;
    };
  };

  onLinux('20,000 packets arrive in order, then the end, and the other way stays open', (stage) =>
    pair(stage, (server, client) => {
      let next = 0;
      server.onDatagrams = (batch) => {
        for (let i = 0; i < batch.count; i++) checkPattern(batch.bytes, batch.offsets[i] as number, 700, next++);
      };
      server.onEnd = () => {
        expect(next).toBe(20_000);
        server.send(Uint8Array.of(9), 0, 1, 1);
        server.end();
      };
      let answer = 0;
      client.onDatagrams = (batch) => {
        answer = batch.bytes[batch.offsets[0] as number] as number;
      };
      client.onEnd = () => {
        expect(answer).toBe(9);
        stage.done();
      };
      sendAll(client, 700, 20_000, () => client.end());
    }),
  );

  onLinux('a peer that closes with something unread ends the connection, after what it has sent', (stage) =>
    pair(stage, (server, client) => {
      let heard = 0;
      client.onDatagrams = (batch) => {
        heard += batch.count;
      };
      client.onClose = (error) => {
        expect(error?.message).toContain('ECONNRESET');
        expect(heard).toBe(3);
        stage.done();
      };
      client.send(new Uint8Array(10), 0, 10, 1);
      server.send(new Uint8Array(30), 0, 10, 3);
      server.close();
    }),
  );

  onLinux('an empty packet is refused, for it would be the end', (stage) =>
    pair(stage, (_, client) => {
      expect(() => client.send(new Uint8Array(0), 0, 0, 1)).toThrow(RangeError);
      stage.done();
    }),
  );
});

describe('streams', () => {
  const pair = (stage: Stage, use: (server: StreamSocket, client: StreamSocket) => void): void => {
    const listener = stage.keep(stage.io.listen(ANY, { nodelay: true, congestionControl: 'of no effect' }));
    listener.onOpen = () => {
      const client = stage.keep(stage.io.connect(listener.local ?? ANY, {}));
      listener.onStream = (server) => use(stage.keep(server), client);
    };
  };

  onLinux('10 MB arrive intact, without options or figures of TCP', (stage) =>
    pair(stage, (server, client) => {
      readAll(server, 3, (bytes) => {
        expect(bytes).toBe(10 << 20);
        expect(server.info()).toBeUndefined();
        expect(Object.keys(server.settings())).toEqual(['send_buffer_bytes']);
        stage.done();
      });
      client.onOpen = () => writeAll(client, 10 << 20, 3, () => client.end());
    }),
  );

  onLinux('more clients than the backlog holds wait, and all get in', (stage) => {
    // net.core.somaxconn is 4,096 since Linux 5.4.
    const count = 5000;
    const listener = stage.keep(stage.io.listen(ANY, {}));
    const all = countdown(count, () => stage.done());
    listener.onStream = (server) => server.close();
    listener.onOpen = () => {
      for (let i = 0; i < count; i++) {
        const client = stage.io.connect(listener.local ?? ANY, {});
        client.onOpen = () => {
          client.close();
          all();
        };
        client.onClose = (error) => expect(error).toBeUndefined();
      }
    };
  });
});

test('names come back as they were, up to their limit, and unnamed sockets are @', async (context) => {
  await linuxSystemCalls(context);
  const { decodeAddress, encodeAddress } = await import('../../../src/io/linux/sockaddr.ts');
  for (const host of ['@', '@a', '@netduel-chat', `@${'x'.repeat(107)}`, '@größe']) {
    const { bytes, length } = encodeAddress({ host, port: 0 });
    expect(decodeAddress(bytes, 0, length)).toEqual({ host, port: 0 });
  }
  expect(() => encodeAddress({ host: `@${'x'.repeat(108)}`, port: 0 })).toThrow('has 107 bytes at most');
  expect(decodeAddress(new Uint8Array(200), 3, 0)).toEqual({ host: '@', port: 0 });
  // Bound to a file.
  expect(decodeAddress(Uint8Array.of(1, 0, 47, 120, 0), 0, 5)).toEqual({ host: '@', port: 0 });
});
