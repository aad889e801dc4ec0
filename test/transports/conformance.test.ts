import { describe, expect, test } from 'vitest';
import { transportConformance } from '../../src/conformance/transport.ts';
import { nodeIo } from '../../src/io/node/index.ts';
import { builtinTransports } from '../../src/transports/index.ts';
import { register } from '../conformance-cases.ts';
import { linuxIo } from '../linux-io.ts';
import { ipv6Loopback, linuxSystemCalls, rawSockets } from '../requirements.ts';

describe.each(builtinTransports)('$name', (transport) => {
  const on = (makeIo: typeof nodeIo, host: '127.0.0.1' | '::1') => transportConformance({ makeIo, transport, host });
  const linux = [
    linuxSystemCalls,
    ...(transport.traits(transport.options.parse({})).sockets === 'raw' ? [rawSockets] : []),
  ];
  describe('over io/linux and IPv4', () => register(on(linuxIo, '127.0.0.1'), ...linux));
  // Names are what they are, whatever the host.
  if (transport.only !== 'loopback') {
    describe('over io/linux and IPv6', () => register(on(linuxIo, '::1'), ...linux, ipv6Loopback));
  }
  if (transport.io === 'linux') {
    test('over io/node: an error that names io linux', async () => {
      const io = nodeIo();
      const local = { host: '127.0.0.1', port: 0 };
      const refused = new Promise((_, reject) => {
        transport.listen(io, local, transport.options.parse({})).onClose = reject;
      });
      const running = io.loop.run();
      await expect(refused).rejects.toThrow('use --io linux');
      io.loop.stop();
      await running;
    });
  } else {
    describe('over io/node and IPv4', () => register(on(nodeIo, '127.0.0.1')));
    describe('over io/node and IPv6', () => register(on(nodeIo, '::1'), ipv6Loopback));
  }
});
