import { describe } from 'vitest';
import { transportConformance } from '../../src/conformance/transport.ts';
import { nodeIo } from '../../src/io/node/index.ts';
import { builtinTransports } from '../../src/transports/index.ts';
import { register } from '../conformance-cases.ts';
import { linuxIo } from '../linux-io.ts';
import { ipv6Loopback, linuxSystemCalls } from '../requirements.ts';

describe.each(builtinTransports)('$name', (transport) => {
  const on = (makeIo: typeof nodeIo, host: '127.0.0.1' | '::1') => transportConformance({ makeIo, transport, host });
  describe('over io/node and IPv4', () => register(on(nodeIo, '127.0.0.1')));
  describe('over io/node and IPv6', () => register(on(nodeIo, '::1'), ipv6Loopback));
  describe('over io/linux and IPv4', () => register(on(linuxIo, '127.0.0.1'), linuxSystemCalls));
  describe('over io/linux and IPv6', () => register(on(linuxIo, '::1'), linuxSystemCalls, ipv6Loopback));
});
