/** `npm run bench:hot-path`: what one packet or message costs in the pure parts of the hot path, in ns. Runs on the built code: jiti lowers private fields, which costs. */
import { Bench } from 'tinybench';
import { effectiveProfile } from '../dist/link/effective.js';
import { LinkModel } from '../dist/link/model.js';
import { parseProfile } from '../dist/link/parse.js';
import { DelayHistogram } from '../dist/metrics/histogram.js';
import { SequenceTracker } from '../dist/metrics/sequence.js';
import { MessageSlab } from '../dist/wire/slab.js';

const PER_CALL = 1000;
const bench = new Bench({ time: 500, warmupTime: 200 });

const { up } = effectiveProfile(parseProfile('delay 10ms loss 1% rate 1gbit'));
const model = new LinkModel(up, 1, {
  copy: () => -1,
  corrupt: () => false,
  markCongestion: () => false,
  flowHash: () => 0,
  drop: () => {},
});
let now = 0;
bench.add('link model: offer and take', () => {
  for (let i = 0; i < PER_CALL; i++) {
    now += 12_112;
    model.offer(now, i, 1514);
    while (model.take(now) >= 0);
  }
});

const tracker = new SequenceTracker();
let sequence = 0;
bench.add('sequence tracker, 1 % missing', () => {
  for (let i = 0; i < PER_CALL; i++) {
    sequence += sequence % 100 === 99 ? 2 : 1;
    tracker.add(sequence, true);
  }
});

const histogram = new DelayHistogram();
bench.add('delay histogram', () => {
  for (let i = 0; i < PER_CALL; i++) histogram.record(1e6 + 977 * i);
});

const slab = new MessageSlab(64, 4, PER_CALL * 68);
bench.add('message headers', () => {
  slab.stamp(0, PER_CALL, 7, sequence, now, 0);
});

await bench.run();
for (const { name, result } of bench.tasks) {
  if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`);
  process.stdout.write(`${name.padEnd(32)} ${((result.latency.p50 * 1e6) / PER_CALL).toFixed(1)} ns\n`);
}
