import { isIPv6 } from 'node:net';
import { LOOPBACK_MTU } from '../headers.ts';
import type { Io } from '../io.ts';
import { LINUX_ONLY, refuseUnix } from '../linux-only.ts';
import { NodeDatagramSocket } from './datagram.ts';
import { NodeStreamListener } from './listener.ts';
import { NodeLoop } from './loop.ts';
import { checkStreamOptions } from './options.ts';
import { connectStream } from './stream.ts';

/**
 * Node's own `dgram`, `net` and timers: runs everywhere, and carries a fraction of what `io/linux` does. Not offered by
 * Node, hence absent from `settings()` and `info()`: TCP_INFO, buffer sizes of streams, counts of socket drops, and
 * forbidding fragmentation.
 */
export function nodeIo(): Io {
  const loop = new NodeLoop();
  return {
    name: 'node',
    loop,
    datagram(options) {
      refuseUnix(options.local, options.remote);
      return new NodeDatagramSocket(loop, options);
    },
    listen(local, options) {
      refuseUnix(local);
      checkStreamOptions(options);
      return new NodeStreamListener(loop, local, options);
    },
    connect(remote, options) {
      refuseUnix(remote);
      checkStreamOptions(options);
      return connectStream(loop, remote, options);
    },
    ...LINUX_ONLY,
    pathMtu,
  };
}

/** Node does not tell the route's MTU: 65,536 (Linux's loopback) for loopback addresses, Ethernet's 1500 for others. */
function pathMtu(host: string): number {
  const loopback = isIPv6(host) ? host === '::1' : host.startsWith('127.');
  return loopback ? LOOPBACK_MTU : 1500;
}
