import { describe } from 'vitest';
import { ioConformance } from '../../src/conformance/io.ts';
import { register } from '../conformance-cases.ts';
import { linuxIo } from '../linux-io.ts';
import { ipv6Loopback, linuxSystemCalls } from '../requirements.ts';

describe('io/linux over IPv4', () => register(ioConformance({ makeIo: linuxIo, host: '127.0.0.1' }), linuxSystemCalls));
describe('io/linux over IPv6', () =>
  register(ioConformance({ makeIo: linuxIo, host: '::1' }), linuxSystemCalls, ipv6Loopback));
