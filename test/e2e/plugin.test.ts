import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lab } from '../requirements.ts';
import { completed, measure, ROOT, temporary } from './cli.ts';

let out: ReturnType<typeof temporary>;
beforeEach(() => {
  out = temporary();
});
afterEach(() => out.remove());

const example = (name: string): string => join(ROOT, 'examples', name);

test('a transport of one’s own runs beside netduel’s: every message comes twice', async (context) => {
  await lab(context);
  const { record } = await measure(out.path, [join(ROOT, 'test/e2e/fixtures/doubled.config.ts')]);
  const [plain] = completed(record, (c) => c.transport.name === 'udp');
  const [doubled] = completed(record, (c) => c.transport.name === 'udp-doubled');
  expect(plain.metrics['messages_duplicate']).toBe(0);
  const { metrics: m } = doubled;
  expect(m['messages_sent']).toBeGreaterThan(200);
  // Two copies of each message cross the link, and each that is not lost arrives.
  expect(m['link_up_packets']).toBe(2 * m['messages_sent']);
  const arrived = m['link_up_packets'] - m['link_up_lost'] - m['link_up_queue_dropped'] - m['socket_drops'];
  expect(m['messages_delivered'] + m['messages_duplicate']).toBe(arrived);
  expect(m['messages_duplicate']).toBeGreaterThan(0);
  // 5 % of one copy each against 0.25 % of both.
  expect(m['loss_ratio']).toBeLessThan(plain.metrics['loss_ratio']);
});

const BRIEFLY = ['--trials', '1', '--duration', '200ms', '--warmup', '0'];

test('the example of a transport runs', async (context) => {
  await lab(context);
  const { record } = await measure(out.path, [
    ...[example('own-transport.config.ts'), '--transport', 'udp-buffer', ...BRIEFLY],
  ]);
  const own = completed(record, (c) => !['tcp', 'udp'].includes(c.transport.name));
  expect(own.length).toBeGreaterThan(0);
  for (const { metrics: m } of own) {
    expect(m['messages_sent']).toBe(m['link_up_packets']);
    expect(m['messages_lost']).toBe(m['link_up_lost'] + m['link_up_queue_dropped'] + m['socket_drops']);
  }
});

test('the example of a scenario runs over netduel’s transports', async (context) => {
  await lab(context);
  const { record } = await measure(out.path, [example('own-scenario.config.ts'), '--transport', 'udp', ...BRIEFLY]);
  const trials = completed(record, (c) => c.scenario.name === 'echo');
  expect(trials.length).toBeGreaterThanOrEqual(2);
  for (const { metrics: m } of trials) {
    expect(m['messages_delivered']).toBeGreaterThan(0);
    // There and back through 10 ms each way.
    expect(m['echo_rtt_p50_ms']).toBeGreaterThanOrEqual(20);
  }
});
