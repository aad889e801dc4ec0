import { describe } from 'vitest';
import type { ConformanceCase, IoSetup } from '../../src/conformance/case.ts';
import { datagramConformance } from '../../src/conformance/io/datagram.ts';
import { loopConformance } from '../../src/conformance/io/loop.ts';
import { SimNetwork } from '../../src/io/sim/network.ts';
import type { HostOptions, SimIo } from '../../src/io/sim/sim-io.ts';
import type { DirectionProfile } from '../../src/link/profile.ts';
import { register } from '../conformance-cases.ts';

/** Above the path MTU of 1500. */
const TOO_LARGE = /a datagram of (9000|65448) bytes/;
const SKIPS: readonly (readonly [RegExp, string])[] = [
  [TOO_LARGE, 'the simulation does not fragment'],
  [/CLOCK_MONOTONIC/, 'time is virtual'],
  [/always arms itself for the past/, 'virtual time passes only when nothing is due: the loop says so and stops'],
];

/** Shorter than what a case takes for the end of all events. */
const delayed: DirectionProfile = {
  stages: [{ kind: 'netem', delay: { ns: 1e6, jitterNs: 0, correlation: 0 }, limit: 32_768 }],
};

const host = (address: IoSetup['host'], profile?: DirectionProfile, options?: HostOptions): SimIo => {
  const network = new SimNetwork();
  return network.host(address, { ...(profile ? { link: network.link({ profile, seed: 1 }) } : {}), ...options });
};

const withSkips = (cases: ConformanceCase[]): ConformanceCase[] =>
  cases.map((one) => {
    const skip = SKIPS.find(([name]) => name.test(one.name))?.[1];
    return skip === undefined ? one : { ...one, skip };
  });

describe('the loop of io/sim', () => register(withSkips(loopConformance({ makeIo: () => host('127.0.0.1') }))));

describe.each<[string, IoSetup['host'], DirectionProfile | undefined, HostOptions]>([
  ['io/sim', '127.0.0.1', undefined, {}],
  ['io/sim with a delay', '127.0.0.1', delayed, {}],
  ['io/sim with a send buffer', '127.0.0.1', undefined, { sendBufferBytes: 50_000 }],
  ['io/sim over IPv6', '::1', undefined, {}],
])('%s', (_, address, profile, options) =>
  register(withSkips(datagramConformance({ makeIo: () => host(address, profile, options), host: address }))),
);
