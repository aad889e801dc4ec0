import { describe } from 'vitest';
import { ioConformance } from '../../src/conformance/io.ts';
import type { Io } from '../../src/io/io.ts';
import { register } from '../conformance-cases.ts';
import { ipv6Loopback, linuxSystemCalls } from '../requirements.ts';

// Loaded only where it can be: the requirement skips the cases elsewhere, before they make anything.
const linuxIo = await import('../../src/io/linux/index.ts').then(
  (module) => module.linuxIo,
  () => (): Io => {
    throw new Error('io/linux does not load here');
  },
);

describe('io/linux over IPv4', () => register(ioConformance({ makeIo: linuxIo, host: '127.0.0.1' }), linuxSystemCalls));
describe('io/linux over IPv6', () =>
  register(ioConformance({ makeIo: linuxIo, host: '::1' }), linuxSystemCalls, ipv6Loopback));
