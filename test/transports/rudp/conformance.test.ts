import { describe } from 'vitest';
import { transportConformance } from '../../../src/conformance/transport.ts';
import { SimNetwork } from '../../../src/io/sim/network.ts';
import type { SimIo } from '../../../src/io/sim/sim-io.ts';
import { effectiveProfile } from '../../../src/link/effective.ts';
import { parseProfile } from '../../../src/link/parse.ts';
import { rudp } from '../../../src/transports/rudp/index.ts';
import type { Mode } from '../../../src/transports/rudp/wire/parameters.ts';
import { register } from '../../conformance-cases.ts';

const HOST = '127.0.0.1';

/** A host that reaches itself through such a link. */
const behind = (profile: string) => (): SimIo => {
  const network = new SimNetwork();
  const { up } = effectiveProfile(parseProfile(profile));
  return network.host(HOST, { link: network.link({ profile: up, seed: 1 }) });
};

describe('rudp in virtual time', () => {
  const on = (mode: Mode, profile: string) =>
    transportConformance({ makeIo: behind(profile), transport: rudp, options: { mode }, host: HOST });
  describe('mode=ordered, without a link', () => register(on('ordered', 'direct')));
  describe('mode=unordered, behind loss, duplicates and reordering', () =>
    register(on('unordered', 'delay 2ms 1ms loss 5% duplicate 5%')));
  describe('mode=deadline, behind a delay', () => register(on('deadline', 'delay 1ms')));
});
