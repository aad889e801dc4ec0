import { describe } from 'vitest';
import { transportConformance } from '../../src/conformance/transport.ts';
import { SimNetwork } from '../../src/io/sim/network.ts';
import type { SimIo } from '../../src/io/sim/sim-io.ts';
import type { DirectionProfile } from '../../src/link/profile.ts';
import { udp } from '../../src/transports/udp.ts';
import { register } from '../conformance-cases.ts';

const delayed: DirectionProfile = {
  stages: [{ kind: 'netem', delay: { ns: 1e6, jitterNs: 0, correlation: 0 }, limit: 32_768 }],
};

const HOST = '127.0.0.1';
const plain = (): SimIo => new SimNetwork().host(HOST);
const behind = (profile: DirectionProfile) => (): SimIo => {
  const network = new SimNetwork();
  return network.host(HOST, { link: network.link({ profile, seed: 1 }) });
};

describe('udp in virtual time', () => {
  const on = (makeIo: () => SimIo) => transportConformance({ makeIo, transport: udp, host: HOST });
  describe('without a link', () => register(on(plain)));
  describe('behind a delay', () => register(on(behind(delayed))));
});
