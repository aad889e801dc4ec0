import { expect, test } from 'vitest';
import { describeDirection } from '../../src/link/describe.ts';
import { effectiveProfile } from '../../src/link/effective.ts';
import { parseProfile } from '../../src/link/parse.ts';

const files = {
  read: (path: string) => (path.endsWith('.dist') ? '-8192 0 8192\n' : '10\n10\n40\n'),
};
const describe = (text: string, name: 'up' | 'down' = 'up') =>
  describeDirection(effectiveProfile(parseProfile(text, files)), name);

test.each<[string, RegExp]>([
  ['delay 20ms', /^Every packet takes 20 ms\.$/],
  [
    'delay 20ms 5ms',
    /^The delay is about 20 ms, uniform between 15 ms and 25 ms; packets less than 10 ms apart may change places/,
  ],
  ['delay 3ms 5ms', /uniform between 0 s and 8 ms/],
  ['delay 20ms 5ms rate 10mbit', /packets keep their order\.$/],
  ['delay 20ms 5ms keep-order', /packets keep their order\.$/],
  ['delay 20ms 5ms 25%', /with a correlation of 25 %/],
  ['delay 20ms 5ms distribution normal', /by table normal, scaled by 5 ms/],
  ['delay 20ms 5ms distribution ./my.dist', /by table .*my\.dist/],
  ['loss 1%', /^1 % of the packets are lost, each independently/],
  ['loss 20% 50%', /^2\.\d+ % \(20 %, narrowed by a correlation of 50 %\) of the packets are lost\.$/],
  ['loss gemodel 1% 25%', /^3\.85 % of the packets are lost in the long run, 4 in a row on average\.$/],
  ['loss gemodel 0% 25%', /^The loss model never loses a packet\.$/],
  ['loss state 1% 25%', /^3\.85 % .* 4 in a row/],
  ['loss 1% ecn', /^Packets that are ECN-capable are marked/],
  ['outage every 15s for 75ms', /^Every 15 s all packets are lost for 75 ms, first after 15 s: 0\.5 % of the time\.$/],
  ['duplicate 2%', /^2 % of the packets come twice\.$/],
  ['corrupt 0.1%', /^One bit is inverted in 0\.1 % of the packets; the receiver's checksum/],
  ['corrupt 0.1% payload', /^One bit of the payload is inverted in 0\.1 % .*the damage arrives/],
  ['delay 10ms reorder 25%', /^Every packet skips delay, rate and slots with a probability of 25 %/],
  ['delay 10ms reorder 25% gap 5', /^After 4 packets in a row, the next skips/],
  ['rate 10mbit', /^10 Mbit\/s over whole Ethernet frames: a frame of 1,514 bytes takes 1\.21 ms\.$/],
  [
    'rate 10mbit 20 48 5',
    /every packet counts 20 bytes more; packets are cut into cells of 48 bytes, each with 5 bytes more/,
  ],
  [
    'trace some.trace',
    /^The capacity follows the trace some\.trace, 40 ms long and then anew: 908 kbit\/s on average, nothing for 30 ms at worst\.$/,
  ],
  [
    'rate 10mbit queue 25 packets',
    /^The queue before it takes 25 packets: full frames wait 30\.3 ms at most\. What finds it full is dropped\.$/,
  ],
  ['rate 10mbit queue 100 packets 20ms', /takes 100 packets or a wait of 20 ms: full frames wait 20 ms at most/],
  ['rate 8mbit delay 10ms limit 17', /takes 10 packets, which is what the limit leaves to it/],
  ['rate 10mbit queue 25 packets drophead', /the oldest packet is dropped/],
  [
    'rate 10mbit queue codel ecn',
    /CoDel marks packets that are ECN-capable and drops others while the wait stays above 5 ms for 100 ms/,
  ],
  ['rate 10mbit queue fq_codel noecn', /FQ-CoDel: 1,024 queues in turn, 1\.51 kB at a time; each drops packets/],
  ['rate 10mbit queue pie', /PIE drops packets at random to hold the wait near 15 ms/],
  ['slot 1ms 5ms packets 32', /^Packets leave in bunches, one after a wait of 1 ms to 5 ms, of at most 32 packets\.$/],
  ['slot distribution normal 3ms 1ms bytes 64kb', /3 ms by table normal, scaled by 1 ms, of at most 65\.5 kB\.$/],
  ['slot 2ms', /one after a wait of 2 ms\.$/],
  ['delay 20ms limit 100', /^At most 100 packets are held at a time, those inside the delay included\.$/],
  ['delay 1ms seed 42', /begin with seed 42/],
  [
    'tbf rate 10mbit burst 4kb latency 50ms',
    /^A token bucket lets 10 Mbit\/s pass over time, after a pause 4\.1 kB at once; packets above 4\.1 kB are dropped\.$/,
  ],
  [
    'tbf rate 10mbit burst 16kb limit 32kb',
    /takes 32\.8 kB: a wait of 26\.2 ms at most\. What finds it full is dropped\.$/,
  ],
])('%s', (text, sentence) => {
  expect(describe(text)).toContainEqual(expect.stringMatching(sentence));
});

test('a rate has consequences', () => {
  const sentences = describe('delay 20ms rate 20mbit');
  // 1e6 bytes in payloads of 1,448 are 690.6 frames of 1,514 bytes.
  expect(sentences).toContain('1 MB takes 418 ms to send in full TCP segments, at 20 Mbit/s.');
  expect(sentences).toContain('Bandwidth-delay product of the 40 ms round trip: 100 kB, 67 full frames.');
  expect(describe('delay 20ms')).toContain('Nothing limits the rate: there is no bottleneck, hence no queue.');
});

test('the round trip is that of both directions', () => {
  const text = 'up: delay 10ms rate 1mbit down: delay 30ms rate 10mbit';
  expect(describe(text, 'down')).toContainEqual(expect.stringMatching(/product of the 40 ms round trip: 50 kB/));
});

test('stages are told apart where there are several', () => {
  expect(describe('delay 10ms | delay 5ms')).toEqual(
    expect.arrayContaining(['Stage 1: Every packet takes 10 ms.', 'Stage 2: Every packet takes 5 ms.']),
  );
});

test('no impairment is said so', () => {
  expect(describe('direct')).toEqual(['Nothing is done to the packets.']);
});
