import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { countSockets, socketsOf } from '../../src/lab/sockets.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const line = (state: string): string =>
  `   0: 0100007F:0CEA 0100007F:B5C4 ${state} 00000000:00000000 00:00000000 00000000     0        0 1234 1 0 100 0\n`;

test('what listens, and what is open', () => {
  const tcp = HEAD + ['0A', '0A', '01', '08', '04', '06', '07'].map(line).join('');
  const udp = HEAD + ['07', '01'].map(line).join('');
  // Listening: two of TCP, one bound of UDP. Open: established, waiting for close, closing; not those in TIME_WAIT.
  expect(countSockets(tcp, udp)).toEqual({ listening: 3, open: 3, connected: 1 });
  expect(countSockets(HEAD, HEAD)).toEqual({ listening: 0, open: 0, connected: 0 });
  expect(countSockets('', '')).toEqual({ listening: 0, open: 0, connected: 0 });
});

test('of a process', async (context) => {
  if (!existsSync('/proc/self/net/tcp')) return context.skip('no /proc/self/net');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  expect(socketsOf(process.pid).listening).toBeGreaterThan(0);
  await new Promise((resolve) => server.close(resolve));
});

test('of a process that is no more', () => {
  expect(socketsOf(2 ** 30)).toEqual({ listening: 0, open: 0, connected: 0 });
});
