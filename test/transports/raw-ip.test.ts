import { expect, test } from 'vitest';
import { onStage, type Stage, unexpected } from '../../src/conformance/stage.ts';
import type { Address } from '../../src/io/address.ts';
import { rawIp } from '../../src/transports/raw-ip/index.ts';
import type { Connection } from '../../src/transports/transport.ts';
import { linuxIo } from '../linux-io.ts';
import { linuxSystemCalls, rawSockets } from '../requirements.ts';

const HOST = '127.0.0.1';
const raw = (name: string, act: (stage: Stage) => void) =>
  test(name, async (context) => {
    await linuxSystemCalls(context);
    await rawSockets(context);
    await onStage(linuxIo, act)();
  });

function pair(stage: Stage, use: (client: Connection, server: Address, count: () => number) => void): void {
  const listener = stage.keep(rawIp.listen(stage.io, { host: HOST, port: 0 }, {}));
  let heard = 0;
  listener.onConnection = (connection) => {
    connection.onMessages = (batch) => {
      for (let i = 0; i < batch.count; i++) if (batch.lengths[i] === 10) heard++;
    };
  };
  listener.onOpen = () => {
    const server = listener.local as Address;
    const client = stage.keep(rawIp.connect(stage.io, server, {}));
    client.onOpen = () => use(client, server, () => heard);
  };
}

raw('what is too short for ports, or for another port, or of another client, wakes nobody', (stage) =>
  pair(stage, (client, server, heard) => {
    const stranger = stage.keep(stage.io.raw({ protocol: 253, remote: { host: HOST, port: 0 } }));
    stranger.onDatagrams = () => {};
    stranger.onOpen = () => {
      const to = (port: number, bytes: number[]): void => {
        const packet = Uint8Array.of(0, 1, port >>> 8, port, ...bytes);
        expect(stranger.send(packet, 0, packet.length, 1)).toBe(1);
      };
      client.onMessages = unexpected('a message from a port that is not the server');
      expect(stranger.send(Uint8Array.of(1, 2, 3), 0, 3, 1)).toBe(1);
      to(server.port + 1, new Array(20).fill(1));
      to(client.local?.port ?? 0, new Array(20).fill(1));
      to(server.port, new Array(10).fill(1));
      expect(client.send(new Uint8Array(2 * 14), 0, 10, 2)).toBe(2);
      stage.until(
        () => heard() === 3,
        () => stage.done(),
      );
    };
  }),
);

raw('a message is its IP packet less the two headers', (stage) => {
  expect(rawIp.maxMessageBytes(1500, 20, {})).toBe(1476);
  expect(rawIp.maxMessageBytes(65_536, 20, {})).toBe(65_511);
  expect(rawIp.wireBytes(1476, 1500, 20, {})).toBe(1514);
  pair(stage, (client, server) => {
    const tap = stage.keep(stage.io.raw({ protocol: 253, local: { host: HOST, port: 0 } }));
    tap.onDatagrams = (batch) => {
      const at = batch.offsets[0] as number;
      const { port } = client.local as Address;
      expect([...batch.bytes.subarray(at, at + (batch.lengths[0] as number))]).toEqual([
        ...[port >>> 8, port & 255, server.port >>> 8, server.port & 255],
        ...[7, 8, 9],
      ]);
      stage.done();
    };
    tap.onOpen = () => client.send(Uint8Array.of(0, 0, 0, 0, 7, 8, 9), 0, 3, 1);
  });
});
