import { expect, test } from 'vitest';
import { ChatClient } from '../../../src/apps/chat/client.ts';
import { RULES } from '../../../src/apps/chat/rules.ts';
import { ChatServer } from '../../../src/apps/chat/server.ts';
import { SimNetwork } from '../../../src/io/sim/network.ts';
import { rudp } from '../../../src/transports/rudp/index.ts';
import type { Listener, Transport } from '../../../src/transports/transport.ts';
import { udp } from '../../../src/transports/udp.ts';

const PORT = 5000;

/** A server and people on both sides of a path, in virtual time. */
function stage<O>(profile: string, transport: Transport<O>, seed = 3) {
  const path = new SimNetwork().path({ profile, seed });
  const [[near], [far]] = [path.clients, path.servers];
  const { loop } = near;
  const options = transport.options.parse({});
  const serve = (): { core: ChatServer; listener: Listener } => {
    const quiet = { onJoin: () => {}, onLeave: () => {}, onRefusal: () => {}, counts: () => true };
    const core = new ChatServer(loop, transport.traits(options), RULES, quiet);
    const listener = transport.listen(far, { host: far.address, port: PORT }, options);
    listener.onConnection = (connection) => core.accept(connection);
    return { core, listener };
  };
  const join = (name: string) => {
    const heard: string[] = [];
    const connection = transport.connect(near, { host: far.address, port: PORT }, options);
    const client = new ChatClient(
      loop,
      transport.traits(options),
      connection,
      { name, plain: false },
      {
        onOpen: () => heard.push('open'),
        onMessage: (sender, text) => heard.push(`${sender}: ${text}`),
        onSent: () => {},
        onRefused: (why) => heard.push(`refused: ${why}`),
        onEnd: (error) => heard.push(error ? `failed: ${error.message}` : 'end'),
      },
    );
    return { client, heard };
  };
  return { loop, path, serve, join };
}

test('over udp a name is said again until it is answered, and heard once', () => {
  // Half of the attempts fail, 1 - 0.7^2; the seed, and so what is lost, is fixed.
  const { loop, serve, join } = stage('delay 50ms loss 30%', udp);
  const { core } = serve();
  const people = Array.from({ length: 8 }, (_, i) => join(`guest ${i}`));
  loop.advance(4e9);
  expect(core.members).toBe(8);
  for (const { heard } of people) {
    expect(heard.filter((what) => what === 'open')).toHaveLength(1);
    expect(heard.filter((what) => what.startsWith('*: welcome'))).toHaveLength(1);
  }
  // Nobody's name was taken for a message.
  expect(people.flatMap(({ heard }) => heard).filter((what) => what.startsWith('guest'))).toEqual([]);
});

test.each([
  ['udp', udp as Transport],
  ['rudp', rudp as Transport],
])('over %s people talk, stay through an hour of silence, and leave', (_, transport) => {
  const { loop, serve, join } = stage('delay 30ms', transport);
  const { core } = serve();
  const [ann, bob] = [join('ann'), join('bob')];
  loop.advance(2e9);
  ann.client.say('hello');
  loop.advance(3600e9);
  expect(core.members).toBe(2);
  bob.client.say('still there');
  loop.advance(1e9);
  ann.client.leave();
  loop.advance(5e9);
  expect(bob.heard).toContain('ann: hello');
  expect(ann.heard).toContain('bob: still there');
  expect(ann.heard.at(-1)).toBe('end');
  expect(bob.heard.at(-1)).toBe('*: ann has left');
  expect(core.members).toBe(1);
  let stopped = false;
  core.stop(() => {
    stopped = true;
  });
  loop.advance(10e9);
  expect(stopped).toBe(true);
  expect(bob.heard.slice(-2)).toEqual(['*: the chat is over', 'end']);
});

test('over udp nobody at all, and one who falls silent, are told from each other', () => {
  const { loop, path, serve, join } = stage('delay 10ms', udp);
  const lonely = join('ann');
  loop.advance(10e9);
  expect(lonely.heard).toEqual(['failed: nobody answers there']);
  const { listener } = serve();
  const bob = join('bob');
  loop.advance(1e9);
  listener.close();
  loop.advance(200e9);
  expect(bob.heard.at(-1)).toBe('failed: the server has fallen silent');
  expect(path.up.account().packetsIn).toBeLessThan(40);
});

test('a name that is taken, and a message that is too long', () => {
  const { loop, serve, join } = stage('delay 10ms', udp);
  serve();
  const ann = join('ann');
  loop.advance(1e9);
  const second = join('ann');
  loop.advance(1e9);
  expect(second.heard).toEqual(["failed: the name 'ann' is taken"]);
  ann.client.say('x'.repeat(1460));
  expect(ann.heard.at(-1)).toBe('refused: a message of 1460 bytes is too long: at most 1449 go over this transport');
});
