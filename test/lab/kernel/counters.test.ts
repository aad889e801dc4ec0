import { expect, test } from 'vitest';
import { parseQdiscs, parseReceived } from '../../../src/lab/kernel/counters.ts';

/** `tc -s -j qdisc show` of iproute2 6.1 under Linux 6.12. */
const QDISCS =
  '[{"kind":"noqueue","handle":"0:","dev":"lo","root":true,"refcnt":2,"options":{}},{"kind":"tbf","handle":"a:","dev":"v1","parent":"2:","options":{"rate":125000,"burst":10240,"limit":10000},"bytes":7,"packets":1,"drops":0,' +
  '"overlimits":0,"requeues":0,"backlog":0,"qlen":0},{"kind":"netem","handle":"2:","dev":"v1","root":true,"refcnt":2,"options":{"limit":100,' +
  '"delay":{"delay":0.02,"jitter":0.001499,"correlation":0.1},"rate":{"rate":1000,"packetoverhead":5,"cellsize":20,"celloverhead":-3},' +
  '"ecn":false,"gap":3},"bytes":196,"packets":2,"drops":3,"overlimits":0,"requeues":4,"backlog":98,"qlen":1}]';

test('qdiscs from the root on, whatever the order', () => {
  expect(parseQdiscs(QDISCS, 'v1')).toEqual([
    { handle: '2:', packets: 2, bytes: 196, drops: 3, requeues: 4, qlen: 1, backlog: 98 },
    { handle: 'a:', packets: 1, bytes: 7, drops: 0, requeues: 0, qlen: 0, backlog: 0 },
  ]);
});

test('the counters of newer kernels', () => {
  const [first] = parseQdiscs(QDISCS.replaceAll('"qlen":', '"ecn_marked":5,"corrupted":6,"qlen":'), 'v1');
  expect(first).toMatchObject({ ecn_marked: 5, corrupted: 6 });
});

test('qdiscs without counters are no account', () => {
  expect(() => parseQdiscs('[{"kind":"noqueue","handle":"0:","dev":"v0","root":true}]', 'v0')).toThrow();
  expect(() => parseQdiscs(QDISCS, 'v0')).toThrow("no qdisc of 'v0'");
});

const INTERFACES = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
    v1:     516       6    0    0    0     0          0         0      517       7    0    0    0     0       0          0
   v10:1234567890     8    0    0    0     0          0         0        0       0    0    0    0     0       0          0
`;

test('what came in through an interface', () => {
  expect(parseReceived(INTERFACES, 'v1')).toEqual({ packets: 6, bytes: 516 });
  expect(parseReceived(INTERFACES, 'v10')).toEqual({ packets: 8, bytes: 1_234_567_890 });
  expect(() => parseReceived(INTERFACES, 'v0')).toThrow("no interface 'v0'");
});
