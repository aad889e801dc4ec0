import { describe, expect, it } from 'vitest';
import { SimNetwork } from '../../../src/io/sim/network.ts';
import { Flow, flowOver } from './rig.ts';

const SECOND = 1e9;
const MBITS = 20;
/** Of 1514 bytes on the wire 1449 are data, and of 1404 of these 1400 are a message. */
const EFFICIENCY = (1449 / 1514) * (1400 / 1404);

/** Mbit/s of messages from one second to another. */
function goodput(profile: string, options: Record<string, unknown>, from: number, to: number, seed = 6): number {
  const { flow } = flowOver({ profile, seed }, { options });
  flow.runUntil(() => false, from * SECOND);
  const before = flow.deliveredBytes;
  flow.runUntil(() => false, (to - from) * SECOND);
  return (8 * (flow.deliveredBytes - before)) / (to - from) / 1e6;
}

describe('congestion controls', () => {
  it.each(['bbr', 'cubic', 'newreno'])('%s fills a clean path of 20 Mbit/s and 40 ms to more than 90 percent', (cc) => {
    expect(goodput(`delay 20ms rate ${MBITS}mbit`, { cc }, 1, 3)).toBeGreaterThan(0.9 * MBITS * EFFICIENCY);
  });

  it.each([1, 5, 10])('bbr fills it at %i % loss to more than 90 % of what gets through', (percent) => {
    const profile = `netem rate ${MBITS}mbit | netem delay 20ms loss ${percent}%`;
    const most = (1 - percent / 100) * MBITS * EFFICIENCY;
    expect(goodput(profile, {}, 2, 5)).toBeGreaterThan(0.9 * most);
  });

  it.each(['cubic', 'newreno'])(
    '%s takes loss for congestion: at 1 % far less gets through than the path would take',
    (cc) => {
      const profile = `netem rate ${MBITS}mbit | netem delay 20ms loss 1%`;
      expect(goodput(profile, { cc }, 1, 4)).toBeLessThan(0.5 * MBITS * EFFICIENCY);
    },
  );

  it('bbr goes on as before after a pause', () => {
    const { flow, network } = flowOver({ profile: `delay 20ms rate ${MBITS}mbit`, seed: 6 });
    network.loop.after(3 * SECOND, () => {
      flow.client.onWritable = () => {};
    });
    network.loop.after(11 * SECOND, () => flow.source.start());
    network.loop.advance(11 * SECOND);
    const before = flow.deliveredBytes;
    network.loop.advance(0.5 * SECOND);
    const rate = (8 * (flow.deliveredBytes - before)) / 0.5 / 1e6;
    expect(rate).toBeGreaterThan(0.85 * MBITS * EFFICIENCY);
  });

  it.each([0, 10])('fixed keeps its rate at %i % loss', (percent) => {
    const profile = `netem rate ${MBITS}mbit | netem delay 20ms loss ${percent}%`;
    const { flow, path } = flowOver({ profile, seed: 6 }, { options: { cc: 'fixed', rate: '16mbit' } });
    flow.runUntil(() => false, 3 * SECOND);
    // UDP payloads, each 42 bytes longer on the wire.
    const { bytesIn, packetsIn } = path.up.account();
    const rate = (8 * (bytesIn - 42 * packetsIn)) / ((flow.finished - flow.opened) / SECOND) / 1e6;
    expect(rate).toBeGreaterThan(0.98 * 16);
    expect(rate).toBeLessThan(1.03 * 16);
  });
});

/** Flows side by side over 20 Mbit/s and 40 ms with a queue of one bandwidth-delay product; Mbit/s of each in the last half of the time. */
function together(controls: readonly string[], seconds: number, seed: number): number[] {
  const network = new SimNetwork();
  const { clients, servers } = network.path({ profile: `delay 20ms rate ${MBITS}mbit queue 66 packets`, seed });
  const flows = controls.map((cc, i) => new Flow(network, clients[0], servers[0], { options: { cc }, port: 5000 + i }));
  network.loop.advance((seconds / 2) * SECOND);
  const before = flows.map(({ deliveredBytes }) => deliveredBytes);
  network.loop.advance((seconds / 2) * SECOND);
  return flows.map(({ deliveredBytes }, i) => (8 * (deliveredBytes - before[i])) / (seconds / 2) / 1e6);
}

describe('two flows over one bottleneck', () => {
  it('share it evenly if both are bbr', () => {
    const [a, b] = together(['bbr', 'bbr'], 20, 1);
    expect(a + b).toBeGreaterThan(0.85 * MBITS * EFFICIENCY);
    expect(Math.max(a, b) / (a + b)).toBeLessThan(0.6);
  });

  it('both get something if one is bbr and the other cubic', () => {
    const [bbr, cubic] = together(['bbr', 'cubic'], 20, 1);
    expect(bbr + cubic).toBeGreaterThan(0.85 * MBITS * EFFICIENCY);
    expect(Math.min(bbr, cubic)).toBeGreaterThan(0.1 * MBITS);
  });
});
