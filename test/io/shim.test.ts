import { describe } from 'vitest';
import type { ConformanceCase, IoSetup } from '../../src/conformance/case.ts';
import { datagramConformance } from '../../src/conformance/io/datagram.ts';
import type { Io } from '../../src/io/io.ts';
import { nodeIo } from '../../src/io/node/index.ts';
import { ImpairedIo } from '../../src/io/shim/impaired-io.ts';
import type { DirectionProfile } from '../../src/link/profile.ts';
import { register } from '../conformance-cases.ts';
import { linuxIo } from '../linux-io.ts';
import { ipv6Loopback, linuxSystemCalls } from '../requirements.ts';

/** Above the path MTU of 1500. */
const TOO_LARGE = /a datagram of (9000|65448) bytes/;

const unimpaired: DirectionProfile = { stages: [] };
/** Shorter than what a case takes for the end of all events. */
const delayed: DirectionProfile = {
  stages: [{ kind: 'netem', delay: { ns: 1e6, jitterNs: 0, correlation: 0 }, limit: 32_768 }],
};

function cases(makeInner: () => Io, profile: DirectionProfile, host: IoSetup['host']): ConformanceCase[] {
  return datagramConformance({ makeIo: () => new ImpairedIo(makeInner(), profile, 1), host }).map((one) =>
    TOO_LARGE.test(one.name) ? { ...one, skip: 'the shim does not fragment' } : one,
  );
}

describe('the shim over io/linux', () => register(cases(linuxIo, unimpaired, '127.0.0.1'), linuxSystemCalls));
describe('the shim with a delay over io/linux', () => register(cases(linuxIo, delayed, '127.0.0.1'), linuxSystemCalls));
describe('the shim over io/linux and IPv6', () =>
  register(cases(linuxIo, unimpaired, '::1'), linuxSystemCalls, ipv6Loopback));
describe('the shim over io/node', () => register(cases(nodeIo, unimpaired, '127.0.0.1')));
describe('the shim with a delay over io/node', () => register(cases(nodeIo, delayed, '127.0.0.1')));
