import { expect, test } from 'vitest';
import { connected, listening } from '../../../src/conformance/io/stream-tools.ts';
import { onStage, type Stage } from '../../../src/conformance/stage.ts';
import type { Address } from '../../../src/io/address.ts';
import type { StreamSocket } from '../../../src/io/stream.ts';
import { linuxIo } from '../../linux-io.ts';
import { linuxSystemCalls } from '../../requirements.ts';

const onLinux = (name: string, act: (stage: Stage) => void) =>
  test(name, async (context) => {
    await linuxSystemCalls(context);
    await onStage(linuxIo, act)();
  });

// Where it does not load the cases are skipped.
const koffi = await import('koffi').then(
  (module) => module.default,
  () => undefined,
);

const HOST = '127.0.0.1';
const buffer = new Uint8Array(65_536);
const drain = (socket: StreamSocket): void => {
  while (socket.read(buffer, 0, buffer.length) > 0);
};

/** The address of a listener on a loop that does not run: the kernel makes connections to it, and nobody reads them. */
function listeningElsewhere(): Address {
  const { loop, listen } = linuxIo();
  const listener = listen({ host: HOST, port: 0 }, {});
  listener.onOpen = () => loop.stop();
  void loop.run();
  return listener.local as Address;
}

/** The loop must block: a descriptor that poll reports again and again would turn it some 100,000 times a second. */
function quiet(stage: Stage): void {
  stage.after(5e6, () => {
    let turns = 0;
    stage.io.loop.onTurn = () => turns++;
    stage.after(20e6, () => {
      expect(turns).toBeLessThan(20);
      stage.done();
    });
  });
}

onLinux('a loop with nothing to do does not turn', (stage) => connected(stage, HOST, () => quiet(stage)));

onLinux('nor after the peer has ended and that was read', (stage) =>
  connected(stage, HOST, (server, client) => {
    client.onReadable = () => drain(client);
    server.end();
    quiet(stage);
  }),
);

onLinux('nor after the peer has closed and that was read', (stage) =>
  connected(stage, HOST, (server, client) => {
    client.onReadable = () => drain(client);
    server.close();
    quiet(stage);
  }),
);

onLinux('nor after the peer was reset, the end having been read before', (stage) =>
  connected(stage, HOST, (server, client) => {
    client.onReadable = () => {
      if (client.read(buffer, 0, 1) === -1) server.abort();
    };
    server.end();
    quiet(stage);
  }),
);

onLinux('nor after both have ended', (stage) =>
  connected(stage, HOST, (server, client) => {
    for (const socket of [server, client]) {
      socket.onReadable = () => drain(socket);
      socket.end();
    }
    quiet(stage);
  }),
);

onLinux('nor while a full send buffer waits for a peer that does not read', (stage) => {
  const client = stage.keep(stage.io.connect(listeningElsewhere(), {}));
  client.onOpen = client.onWritable = () => {
    while (client.write(buffer, 0, buffer.length) > 0);
  };
  stage.after(10e6, () => quiet(stage));
});

onLinux('a read of no bytes is not the end of the stream', (stage) =>
  connected(stage, HOST, (_, client) => {
    expect(client.read(buffer, 0, 0)).toBe(0);
    expect(client.write(buffer, 0, 10)).toBe(10);
    stage.done();
  }),
);

onLinux('TCP_INFO and settings are told while open and kept after the end', (stage) =>
  connected(
    stage,
    HOST,
    (server, client) => {
      server.onReadable = () => {
        drain(server);
        const settings = client.settings();
        expect(settings).toMatchObject({ nodelay: true, congestion_control: 'reno', unsent_limit_bytes: 4096 });
        const info = client.info();
        expect(info?.srttSeconds).toBeGreaterThan(0);
        expect(info?.congestionWindowBytes).toBeGreaterThan(0);
        client.close();
        expect(client.settings()).toEqual(settings);
        expect(client.info()?.retransmits).toBe(info?.retransmits);
        stage.done();
      };
      client.write(buffer, 0, 1000);
    },
    { congestionControl: 'reno', unsentLimitBytes: 4096 },
  ),
);

onLinux('an unknown congestion control fails the connection and the listener, by its name', (stage) => {
  const options = { congestionControl: 'nonesuch' };
  const listener = stage.keep(stage.io.listen({ host: HOST, port: 0 }, options));
  listener.onClose = (error) => {
    expect(error?.message).toContain("congestion control 'nonesuch' is not available");
    const client = stage.keep(stage.io.connect({ host: HOST, port: 9 }, options));
    client.onClose = (failure) => {
      expect(failure?.message).toContain("congestion control 'nonesuch' is not available");
      stage.done();
    };
  };
});

onLinux(
  'a listener out of file descriptors says EMFILE once, waits without spinning, and accepts when there are some',
  (stage) =>
    listening(stage, HOST, (address, listener) => {
      const client = stage.keep(stage.io.connect(address, {}));
      client.onReadable = () => drain(client);
      const restore = limitDescriptors();
      let limited = true;
      const errors: NodeJS.ErrnoException[] = [];
      listener.onError = (error) => errors.push(error);
      listener.onStream = (server) => {
        stage.keep(server);
        if (limited) restore();
        expect(limited, 'accepted beyond the limit').toBe(false);
        expect(errors.map(({ code }) => code)).toEqual(['EMFILE']);
        stage.done();
      };
      let turns = 0;
      stage.after(5e6, () => {
        stage.io.loop.onTurn = () => turns++;
      });
      // Longer than a pause of the listener: it has tried again.
      stage.after(150e6, () => {
        restore();
        limited = false;
        expect(turns).toBeLessThan(20);
      });
    }),
);

/** No new descriptors for this process; existing ones stay. */
function limitDescriptors(): () => void {
  const RLIMIT_NOFILE = 7;
  if (!koffi) throw new Error('koffi does not load here');
  const lib = koffi.load(null);
  const get = lib.func('int getrlimit(int resource, _Out_ uint64_t *limit)');
  const set = lib.func('int setrlimit(int resource, const uint64_t *limit)');
  const limits = new BigUint64Array(2);
  expect(get(RLIMIT_NOFILE, limits)).toBe(0);
  expect(set(RLIMIT_NOFILE, new BigUint64Array([3n, limits[1] ?? 0n]))).toBe(0);
  return () => expect(set(RLIMIT_NOFILE, limits)).toBe(0);
}
