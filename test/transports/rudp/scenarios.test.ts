import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseSize } from '../../../src/link/units.ts';
import { type Flow, type FlowOptions, flowOver, SERVER_PORT } from './rig.ts';

/** More of them: RUDP_SCENARIOS=20000, and others: RUDP_SEED=2. */
const RUNS = Number(process.env['RUDP_SCENARIOS'] ?? 2000);
const SEED = Number(process.env['RUDP_SEED'] ?? 1);
/** Virtual: by then everything is over, or stuck. Longer than an idle connection lives. */
const BOUND_NS = 300e9;
/** More than the smallest window holds, and than most paths do. */
const MOST_BYTES = 200_000;
/** Of two in three: a short one gets into trouble as well, and leaves time for others. */
const FEW_BYTES = 40_000;

const oneOf = (...values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
/** Half of the time nothing. */
const maybe = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(''), arbitrary);
const upTo = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });

const loss = fc.oneof(
  upTo(20).map((percent) => `loss ${percent}%`),
  fc.tuple(upTo(3), fc.integer({ min: 20, max: 60 })).map(([to, back]) => `loss gemodel ${to}% ${back}%`),
);
const delay = fc
  .tuple(upTo(100), fc.integer({ min: 0, max: 100 }), fc.boolean(), upTo(50))
  .map(
    ([ms, jitter, reorders, share]) => `delay ${ms}ms ${(ms * jitter) / 100}ms${reorders ? ` reorder ${share}%` : ''}`,
  );
const bottleneck = fc
  .tuple(oneOf('1', '5', '20', '100', '500'), maybe(fc.integer({ min: 4, max: 200 }).map((n) => ` queue ${n} packets`)))
  .map(([mbits, queue]) => ` | netem rate ${mbits}mbit${queue}`);
const outage = fc.tuple(upTo(1000), upTo(2000)).map(([after, ms]) => `outage every 60s for ${ms}ms after ${after}ms`);
const direction = fc
  .tuple(
    delay,
    maybe(loss),
    maybe(upTo(20).map((percent) => `duplicate ${percent}%`)),
    maybe(upTo(5).map((percent) => `corrupt ${percent}% payload`)),
    maybe(outage),
    maybe(bottleneck),
  )
  .map((words) => words.filter((word) => word !== '').join(' '));

const options = fc.record({
  mode: oneOf('ordered', 'unordered', 'sequenced', 'deadline'),
  deadline: oneOf('20ms', '200ms'),
  control: oneOf('bbr', 'bbr', 'cubic', 'newreno', 'fixed', 'none'),
  window: oneOf('64kb', '300kb', '64mb'),
  iw: fc.constantFrom(1, 10, 32),
  mtu: fc.constantFrom(1248, 1500),
});

const scenario = fc.record({
  up: direction,
  down: direction,
  seed: upTo(2 ** 30),
  options,
  sizes: fc.array(
    fc.oneof(fc.integer({ min: 8, max: 40 }), fc.integer({ min: 8, max: 3000 }), fc.integer({ min: 8, max: 16_000 })),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  bytes: fc.oneof(upTo(FEW_BYTES), upTo(FEW_BYTES), upTo(MOST_BYTES)),
  everyMs: fc.constantFrom(0, 0, 1),
  bothWays: fc.boolean(),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

const inOrder = (profile: string): boolean => / 0ms/.test(profile) && !/reorder/.test(profile);

function flowOf({ options: { control, deadline, ...rest }, sizes, bytes, everyMs, bothWays }: Scenario): FlowOptions {
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return {
    // Without a checksum a damaged packet may be anything.
    options: {
      ...rest,
      ...(rest.mode === 'deadline' ? { deadline } : {}),
      cc: control,
      checksum: true,
      ...(control === 'fixed' ? { rate: '5mbit' } : {}),
    },
    messageBytes: sizes,
    messages: Math.ceil(Math.min(bytes, everyMs > 0 ? 300 * mean : Infinity) / mean),
    ...(everyMs > 0 ? { everyNs: 1e6 * everyMs } : {}),
    bothWays: bothWays && (rest.mode === 'ordered' || rest.mode === 'unordered'),
  };
}

function expectDelivered(flow: Flow, mode: string, count: number): void {
  const { indices } = flow.arrivals;
  expect(indices).not.toContain(-1);
  if (mode === 'ordered') expect(flow.digests().received).toBe(flow.digests().sent);
  if (mode === 'ordered' || mode === 'unordered') expect(indices.length).toBe(count);
  if (mode === 'unordered' || mode === 'deadline') expect(new Set(indices).size).toBe(indices.length);
  if (mode === 'sequenced') expect(indices.every((index, i) => i === 0 || index > indices[i - 1])).toBe(true);
}

it(`${RUNS} scenarios: what a mode promises arrives, nothing stands still, and no more is called lost than was`, {
  timeout: 0,
}, () => {
  const run = (given: Scenario): void => {
    const { up, down, seed } = given;
    const wanted = flowOf(given);
    const { flow, network, path } = flowOver({ profile: `up: ${up} down: ${down}`, seed }, wanted);
    /** Datagrams to a server that does not know the client yet, or no more. */
    let unheard = 0;
    network.tap = {
      arriving: ({ to }) => {
        if (to.port === SERVER_PORT && (!flow.server || flow.serverClosed)) unheard++;
        return undefined;
      },
    };
    expect(flow.run(BOUND_NS)).toBe(true);
    // All of the first 20 s of a bad path can be lost.
    if (Number.isNaN(flow.opened)) {
      expect(flow.clientError).toMatchObject({ code: 'ETIMEDOUT' });
      return;
    }
    expect(flow.clientError).toBeUndefined();
    // Every CLOSE may have been lost, and then the server waits for nothing.
    if (flow.serverError) expect(flow.serverError).toMatchObject({ code: 'ETIMEDOUT' });
    const { mode, window } = given.options;
    expectDelivered(flow, mode, wanted.messages ?? 0);
    if (wanted.bothWays) expect(flow.backArrivals.count).toBe(wanted.messages);
    const { packetsDeclaredLost = 0, congestionWindowBytes = 0 } = flow.client.stats();
    const { lost, outage: out, queueDropped, corrupted } = path.up.account();
    if (inOrder(up)) expect(packetsDeclaredLost).toBeLessThanOrEqual(lost + out + queueDropped + corrupted + unheard);
    expect(congestionWindowBytes).toBeGreaterThan(0);
    expect(parseSize(window)).toBeGreaterThanOrEqual(Number(flow.server?.settings()['receive_window_bytes'] ?? 0));
  };
  fc.assert(fc.property(scenario, run), { numRuns: RUNS, seed: SEED, endOnFailure: RUNS > 1000 });
});
