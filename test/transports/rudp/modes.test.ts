import { describe, expect, it } from 'vitest';
import { quantile, sorted } from '../../../src/stats/quantile.ts';
import { rudp } from '../../../src/transports/rudp/index.ts';
import { type Flow, type FlowOptions, flowOver } from './rig.ts';

const MS = 1e6;
/** Messages, unless told otherwise. */
const COUNT = 2500;
/** Two-sided, of a normal distribution: exceeded once in a million. */
const SIGMAS = 4.9;

/** One message per ms, each in a packet of its own, over 20 ms each way. */
function paced(loss: string, options: Record<string, unknown>): ReturnType<typeof flowOver> {
  const flow: FlowOptions = { options, messageBytes: 1000, messages: COUNT, everyNs: MS };
  const run = flowOver({ profile: `up: delay 20ms ${loss} down: delay 20ms`, seed: 5 }, flow);
  expect(run.flow.run(60e9)).toBe(true);
  expect([run.flow.clientError, run.flow.serverError]).toEqual([undefined, undefined]);
  expect(run.flow.source.refused).toBe(0);
  return run;
}

/** How long each message that arrived was under way, ms. */
const delays = ({ arrivals, source }: Flow): number[] =>
  arrivals.indices.map((index, i) => (arrivals.times[i] - source.takenAt[index]) / MS);

const increasing = (values: readonly number[]): boolean => values.every((value, i) => i === 0 || value > values[i - 1]);
const once = (values: readonly number[]): boolean => new Set(values).size === values.length;
const traitsOf = (mode: string) => rudp.traits(rudp.options.parse({ mode }));

describe('the mode ordered', () => {
  it('delivers everything in order, as its traits say', () => {
    const { flow } = paced('loss 5%', { mode: 'ordered' });
    expect(flow.arrivals.indices).toEqual(Array.from({ length: COUNT }, (_, i) => i));
    expect(traitsOf('ordered')).toMatchObject({ reliable: true, ordered: true });
  });
});

describe('the mode unordered', () => {
  it('delivers everything once, without waiting for what is missing, as its traits say', () => {
    const { flow } = paced('loss 5%', { mode: 'unordered' });
    expect(flow.delivered).toBe(COUNT);
    expect(once(flow.arrivals.indices)).toBe(true);
    expect(increasing(flow.arrivals.indices)).toBe(false);
    expect(traitsOf('unordered')).toMatchObject({ reliable: true, ordered: false });

    const held = sorted(delays(paced('loss 5%', { mode: 'ordered' }).flow));
    const free = sorted(delays(flow));
    // 50 losses a second, each of which holds up for more than 40 ms all that comes behind it, or nothing.
    expect(quantile(free, 0.5)).toBeLessThan(21);
    expect(quantile(free, 0.9)).toBeLessThan(21);
    expect(quantile(held, 0.5)).toBeGreaterThan(30);
    expect(quantile(free, 0.99)).toBeLessThan(quantile(held, 0.99));
  });

  it('delivers large and small messages once, of which parts are lost', () => {
    const { flow } = flowOver(
      { profile: 'netem rate 50mbit | netem delay 10ms 3ms loss 5% duplicate 5%', seed: 2 },
      { options: { mode: 'unordered' }, messageBytes: [50_000, 20, 1400, 9, 200_000, 3000], messages: 60 },
    );
    expect(flow.run(20e9)).toBe(true);
    expect(flow.arrivals.indices.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });
});

describe('the mode sequenced', () => {
  it('delivers what is newer than the newest, and sends nothing twice, as its traits say', () => {
    const { flow, path } = paced('loss 20%', { mode: 'sequenced', cc: 'fixed', rate: '50mbit' });
    expect(increasing(flow.arrivals.indices)).toBe(true);
    const { packetsIn, packetsOut } = path.up.account();
    const stats = flow.client.stats();
    expect(stats.retransmits).toBe(0);
    // HELLO and a few ANSWERs are not counted by the connection.
    expect(packetsIn - (stats.packetsSent ?? 0)).toBeLessThan(16);
    // Every message that the link lets through arrives.
    expect(flow.delivered / COUNT).toBeCloseTo(packetsOut / packetsIn, 1);
    expect(Math.max(...delays(flow))).toBeLessThan(21);
    expect(traitsOf('sequenced')).toMatchObject({ reliable: false, ordered: true });
  });

  it('leaves out what was overtaken', () => {
    const { flow } = paced('5ms', { mode: 'sequenced' });
    expect(increasing(flow.arrivals.indices)).toBe(true);
    expect(flow.delivered).toBeLessThan(COUNT);
    expect(flow.delivered).toBeGreaterThan(250);
  });

  it('goes on for ever though holes are never filled: more than its window passes', () => {
    const { flow } = paced('loss 10%', { mode: 'sequenced', window: '96kb' });
    expect(flow.deliveredBytes).toBeGreaterThan(16 * 98_304);
  });
});

describe('the mode deadline', () => {
  const LOSS = 0.2;
  it.each([
    [30, 0],
    [80, 1],
    [135, 2],
  ])('within %i ms there is time for %i repetitions: so many messages arrive', (deadline, retries) => {
    const options = { mode: 'deadline', deadline: `${deadline}ms`, cc: 'fixed', rate: '50mbit' };
    const { flow } = paced(`loss ${100 * LOSS}%`, options);
    const share = 1 - LOSS ** (1 + retries);
    const spread = SIGMAS * Math.sqrt((share * (1 - share)) / COUNT);
    expect(flow.delivered / COUNT).toBeGreaterThan(share - spread);
    expect(flow.delivered / COUNT).toBeLessThan(share + spread);
    expect(once(flow.arrivals.indices)).toBe(true);
    expect(Math.max(...delays(flow))).toBeLessThan(deadline + 5);
  });

  it('is as its traits say', () => {
    expect(traitsOf('deadline')).toMatchObject({ reliable: false, ordered: false });
  });

  it('goes on for ever though holes are never filled: more than its window passes', () => {
    const { flow } = paced('loss 10%', { mode: 'deadline', deadline: '30ms', window: '64kb' });
    expect(flow.deliveredBytes).toBeGreaterThan(8 * 65_536);
  });
});
