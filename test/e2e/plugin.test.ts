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
  const { record } = await measure(out.path, [example('own-transport.config.ts')]);
  const [plain] = completed(record, (c) => c.transport.name === 'udp');
  const [copies] = completed(record, (c) => c.transport.name === 'udp-copies');
  expect(plain.metrics['messages_duplicate']).toBe(0);
  const { metrics: m } = copies;
  expect(m['messages_sent']).toBeGreaterThan(500);
  // Two copies of each message cross the link, and each that is not lost arrives.
  expect(m['link_up_packets']).toBe(2 * m['messages_sent']);
  const arrived = m['link_up_packets'] - m['link_up_lost'] - m['link_up_queue_dropped'] - m['socket_drops'];
  expect(m['messages_delivered'] + m['messages_duplicate']).toBe(arrived);
  expect(m['messages_duplicate']).toBeGreaterThan(0);
  // 5 % of one copy each against 0.25 % of both.
  expect(m['loss_ratio']).toBeLessThan(plain.metrics['loss_ratio']);
});

test('a scenario of one’s own runs over netduel’s transports', async (context) => {
  await lab(context);
  const { record } = await measure(out.path, [example('own-scenario.config.ts')]);
  const trials = completed(record, (c) => c.scenario.name === 'echo');
  expect(trials.length).toBeGreaterThanOrEqual(2);
  for (const { metrics: m } of trials) {
    expect(m['messages_delivered']).toBeGreaterThan(0);
    // There and back through 10 ms each way.
    expect(m['echo_rtt_p50_ms']).toBeGreaterThanOrEqual(20);
  }
});
