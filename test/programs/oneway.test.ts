import { describe, expect, it } from 'vitest';
import { SimNetwork } from '../../src/io/sim/network.ts';
import type { SimIo } from '../../src/io/sim/sim-io.ts';
import { type OnewayReadEvent, onewayRead } from '../../src/programs/oneway-read.ts';
import { onewayServe } from '../../src/programs/oneway-serve.ts';
import type { ProgramContext } from '../../src/programs/program.ts';
import { rudp } from '../../src/transports/rudp/index.ts';
import type { Transport } from '../../src/transports/transport.ts';
import { udp } from '../../src/transports/udp.ts';

const TRANSPORTS = { udp, rudp } as unknown as Record<string, Transport>;
const PORT = 7430;

interface Told {
  readonly events: { readonly type: string }[];
  /** The message of its failure, or that it ended well; undefined while it runs. */
  ended: string | undefined;
}

/** Both programs on one path; the server stops after a minute. */
function play(
  name: 'udp' | 'rudp',
  profile: string,
  seed: number,
  serves = true,
): { server: Told; reader: Told; asked: number } {
  const network = new SimNetwork();
  const { up, clients, servers } = network.path({ profile, seed });
  const transport = TRANSPORTS[name] as Transport;
  const [server, reader]: Told[] = [
    { events: [], ended: undefined },
    { events: [], ended: undefined },
  ];
  const context = <P>(io: SimIo | undefined, params: P, told: Told): ProgramContext<P> => ({
    ...{ params, io: io as SimIo, transport, options: transport.options.parse({}) as Record<string, unknown> },
    address: { host: servers[0]?.address ?? '', port: PORT },
    tell: (event) => told.events.push(event as { type: string }),
    end: (error) => {
      // As the thread does, the first word counts.
      told.ended ??= error?.message ?? 'well';
    },
  });
  const serving = serves ? onewayServe(context(servers[0], { text: 'good morning' }, server)) : undefined;
  network.loop.advance(1e6);
  onewayRead(context(clients[0], { timeoutNs: 5e9 }, reader));
  up.window(network.loop.now(), network.loop.now() + 60e9);
  network.loop.advance(60e9);
  const asked = up.account().packetsIn;
  serving?.stop();
  network.loop.advance(60e9);
  return { server, reader, asked };
}

const textOf = ({ events }: Told): string =>
  (events as OnewayReadEvent[])
    .map((event) => (event.type === 'came' ? new TextDecoder().decode(event.bytes) : ''))
    .join('');

describe.each(['udp', 'rudp'] as const)('over %s', (name) => {
  it('the reader gets the greeting once, and both end well', () => {
    const { server, reader } = play(name, 'delay 20ms', 1);
    expect(textOf(reader)).toBe('good morning');
    expect(server.events.map(({ type }) => type)).toEqual(['listening', 'greeted']);
    expect([server.ended, reader.ended]).toEqual(['well', 'well']);
  });

  it('nobody there is said in words', () => {
    const { reader } = play(name, 'delay 20ms', 1, false);
    expect(textOf(reader)).toBe('');
    expect(reader.ended).toMatch(/nobody listens|nothing came|did not answer|timed out/);
  });
});

it('udp asks again every second, for it may be lost, until it has waited long enough', () => {
  const { reader, asked } = play('udp', 'up: delay 20ms loss 100% down: delay 20ms', 1);
  expect(reader.ended).toBe(
    'nothing came from 198.18.0.2 port 7430 for 5 s: nobody listens there, or what was sent is lost',
  );
  expect(asked).toBe(5);
});

it('rudp repairs what is lost', () => {
  for (let seed = 1; seed <= 5; seed++)
    expect(textOf(play('rudp', 'delay 20ms loss 10%', seed).reader)).toBe('good morning');
});
