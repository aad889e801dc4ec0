import assert from 'node:assert/strict';
import { SimNetwork, type SimPath } from '../io/sim/network.ts';
import { METRICS } from '../record/columns.ts';
import { SCENARIO_METRICS } from '../record/scenario-columns.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { builtinTransports } from '../transports/index.ts';
import type { Traits, Transport } from '../transports/transport.ts';
import type { ConformanceCase } from './case.ts';
import { type VirtualOutcome, virtualTrial } from './scenario/virtual-trial.ts';

export interface ScenarioSetup<P> {
  readonly scenario: Scenario<P>;
  /** Of a short trial; default: the scenario's own defaults. */
  readonly params?: Record<string, unknown>;
  /** Of its window, in virtual time; default 1. */
  readonly seconds?: number;
}

const CLEAN = 'delay 5ms rate 50mbit';
const LOSSY = 'delay 10ms 2ms loss 3% duplicate 1% reorder 1% rate 20mbit';
/** Payload bit/s that are told to fit: less than the slower link's rate. */
const CAPACITY_BPS = 16e6;

const traitsOf = (transport: Transport): Traits => transport.traits(transport.options.parse({}));

/** Those that virtual time knows. */
const carriers: readonly Transport[] = builtinTransports.filter(
  (transport) => transport.only === undefined && traitsOf(transport).sockets === 'datagram',
);

/**
 * All that a scenario must do, whatever carries it: played in virtual time over every transport on datagrams that has the traits which
 * it needs, on a clean link and on one that loses, copies and reorders.
 */
export function scenarioConformance<P>(setup: ScenarioSetup<P>): ConformanceCase[] {
  const { scenario } = setup;
  return [
    {
      name: 'its name can stand on a command line, and its parameters have defaults that are accepted',
      run: settled(() => {
        assert.match(scenario.name, /^[^\s,=]+$/);
        assert.ok(scenario.summary.length > 0);
        const plan = scenario.plan(scenario.params.parse({}), { seconds: 1, timeoutSeconds: 10 });
        assert.ok(plan.seconds > 0 && plan.messageBytes > 0);
      }),
    },
    ...carriers.flatMap((transport) => [
      trialCase(setup, transport, 'a clean link', CLEAN),
      trialCase(setup, transport, 'a link that loses, copies and reorders', LOSSY),
    ]),
  ];
}

function trialCase<P>(
  { scenario, params, seconds = 1 }: ScenarioSetup<P>,
  transport: Transport,
  what: string,
  profile: string,
): ConformanceCase {
  const missing = lacking(scenario, traitsOf(transport));
  return {
    name: `over ${transport.name} and ${what}: comes to its end, and its account is in order`,
    ...(missing ? { skip: missing } : {}),
    run: settled(() => {
      const path = new SimNetwork().path({ profile, seed: 11 });
      const outcome = virtualTrial(path, scenario, transport, {
        ...(params ? { params } : {}),
        ...{ seconds, drainSeconds: 10, capacityBps: CAPACITY_BPS },
      });
      inOrder(scenario.name, outcome);
      if (profile === CLEAN) nothingMissing(path, outcome);
    }),
  };
}

function lacking({ needs = {} }: Pick<Scenario, 'needs'>, traits: Traits): string | undefined {
  const unmet = Object.entries(needs).find(([trait, needed]) => traits[trait as keyof Traits] !== needed);
  return unmet && `the scenario needs ${unmet[0]} = ${unmet[1]}`;
}

const settled = (check: () => void) => (): Promise<void> => new Promise((resolve) => resolve(check()));

function inOrder(scenario: string, { summary }: VirtualOutcome): void {
  const { metrics, flags, delay, series = [] } = summary;
  const known = new Set([...METRICS, ...SCENARIO_METRICS].map(({ name }) => name));
  for (const [name, value] of Object.entries(metrics)) {
    assert.ok(Number.isFinite(value), `${name} is ${value}; what could not be measured is left out`);
    assert.ok(
      known.has(name) || name.startsWith(`${scenario}_`),
      `${name} is neither a column nor begins with ${scenario}_`,
    );
    if (name.endsWith('_ratio') && name !== 'overhead_ratio')
      assert.ok(value >= 0 && value <= 1, `${name} is ${value}`);
  }
  assert.ok((metrics['duration_s'] ?? 0) > 0, 'duration_s is missing');
  const { messages_sent: sent, messages_delivered: delivered, messages_lost: lost } = metrics;
  if (sent !== undefined && delivered !== undefined && lost !== undefined) {
    assert.equal(sent, delivered + lost, 'sent = delivered + lost does not hold');
  }
  for (const { name, reason, remedy } of flags)
    assert.ok(name && reason && remedy, 'a flag without a reason or a remedy');
  for (const { metric, t, values } of series) assert.equal(t.length, values.length, `series ${metric}`);
  if (delay) {
    assert.equal(delay.quantiles.length, delay.seconds.length);
    assert.deepEqual(
      delay.seconds,
      [...delay.seconds].sort((a, b) => a - b),
      'a percentile curve rises',
    );
  }
}

/** Nothing is lost where the link loses nothing. */
function nothingMissing({ up, down }: SimPath, { summary: { metrics } }: VirtualOutcome): void {
  const dropped = [up, down].some((link) => link.account().queueDropped > 0);
  if (!dropped) assert.equal(metrics['messages_lost'] ?? 0, 0, 'messages are missing on a link that loses none');
}
