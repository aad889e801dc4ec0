import { expect, it } from 'vitest';
import { blind } from './fuzz/hostile-packets.ts';
import { Random } from './fuzz/random.ts';
import { flowOver } from './rig.ts';

const SECOND = 1e9;
const PER_SECOND = 10_000;
const SERVER = { host: '198.18.0.2', port: 5000 };

/** Bytes delivered in the second and third second, with so many datagrams of noise per second from other hosts and from the client's. */
function goodput(noisePerSecond: number): { bytes: number; connections: number; noise: number } {
  const { network, flow } = flowOver({ profile: 'delay 10ms loss 0.5% rate 50mbit', seed: 5 });
  const { loop } = network;
  const random = new Random(1);
  // A few hundred suffice: making them takes longer than hearing them.
  const datagrams = Array.from({ length: 500 }, () => blind(random));
  let connections = 0;
  let noise = 0;
  const accept = flow.listener.onConnection;
  flow.listener.onConnection = (connection) => {
    connections++;
    accept(connection);
  };
  const make = (): void => {
    const from = random.chance(0.3)
      ? (flow.client.local ?? SERVER)
      : { host: `203.0.113.${random.below(250)}`, port: random.between(1, 60_000) };
    network.inject(from, SERVER, random.pick(datagrams));
    noise++;
    loop.after(SECOND / noisePerSecond, make);
  };
  if (noisePerSecond > 0) loop.after(0, make);
  loop.advance(SECOND);
  const before = flow.deliveredBytes;
  loop.advance(2 * SECOND);
  return { bytes: flow.deliveredBytes - before, connections, noise };
}

// That the machine can keep up as well is for a bench through the lab to show: here hearing takes no time.
it('10,000 datagrams a second from elsewhere take less than 5 % of the goodput, and make no connection', () => {
  const quiet = goodput(0);
  const noisy = goodput(PER_SECOND);
  expect(noisy.noise).toBeGreaterThanOrEqual(3 * PER_SECOND - 1);
  expect(noisy.connections).toBe(1);
  expect(noisy.bytes / quiet.bytes).toBeGreaterThanOrEqual(0.95);
});
