import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { nodeIo } from '../../../src/io/node/index.ts';
import { rudp } from '../../../src/transports/rudp/index.ts';

it('a TCP client on its port is refused, and a rudp client is served after it', async () => {
  const io = nodeIo();
  const options = rudp.options.parse({});
  const listener = rudp.listen(io, { host: '127.0.0.1', port: 0 }, options);
  const messages: number[] = [];
  listener.onConnection = (connection) => {
    connection.onMessages = ({ lengths, count }) => {
      messages.push(...lengths.subarray(0, count));
      io.loop.stop();
    };
  };
  listener.onOpen = async () => {
    const { host, port } = listener.local ?? { host: '', port: 0 };
    const [error] = await once(connect(port, host), 'error').catch((reason) => [reason]);
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    const client = rudp.connect(io, { host, port }, options);
    client.onOpen = () => client.send(new Uint8Array(104), 0, 100, 1);
  };
  await io.loop.run();
  expect(messages).toEqual([100]);
  listener.close();
});
