import { expect, it } from 'vitest';
import type { Address } from '../../../src/io/address.ts';
import { SimNetwork } from '../../../src/io/sim/network.ts';
import { rudp } from '../../../src/transports/rudp/index.ts';
import { encodeChallenge, encodeVersions, parseLong } from '../../../src/transports/rudp/wire/handshake.ts';
import { LONG } from '../../../src/transports/rudp/wire/packet.ts';
import { flowOver } from './rig.ts';

const SECOND = 1e9;
const SERVER: Address = { host: '198.18.0.2', port: 5000 };

it('packets with the right id from another address are not heard', () => {
  const { network, path, flow } = flowOver(
    { profile: 'delay 10ms', seed: 1 },
    { messages: 10, options: { idle: '2s' } },
  );
  let moved = 0;
  network.tap = {
    arriving: ({ from, to, bytes }) => {
      if (from.host !== path.clients[0].address || bytes[0] & LONG) return undefined;
      moved++;
      network.inject({ host: from.host, port: from.port + 1 }, to, bytes);
      return 'drop';
    },
  };
  network.loop.advance(5 * SECOND);
  expect(moved).toBeGreaterThan(10);
  expect(flow.server).toBeDefined();
  expect(flow.delivered).toBe(0);
  expect(flow.serverError).toMatchObject({ code: 'ETIMEDOUT' });
});

it('a client that has been refused does not open when a CHALLENGE comes right behind', () => {
  const network = new SimNetwork();
  const [client, server] = [network.host('198.18.0.1'), network.host(SERVER.host)];
  server.datagram({ local: SERVER });
  const events: string[] = [];
  const options = rudp.options.parse({});
  network.tap = {
    arriving: ({ from, to, bytes }) => {
      const hello = parseLong(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
      if (hello?.type !== 'hello') return undefined;
      network.inject(to, from, encodeVersions(hello.source, [7]));
      network.inject(
        to,
        from,
        encodeChallenge(hello.source, { hi: 1, lo: 2 }, 0, new Uint8Array(24), hello.parameters),
      );
      return undefined;
    },
  };
  const connection = rudp.connect(client, SERVER, options);
  connection.onOpen = () => events.push('open');
  connection.onClose = (error) => events.push((error as NodeJS.ErrnoException).code ?? 'closed');
  network.loop.advance(SECOND);
  expect(events).toEqual(['EPROTONOSUPPORT']);
});
