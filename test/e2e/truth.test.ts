import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { trialsCsv } from '../../src/report/csv/trials.ts';
import { lab } from '../requirements.ts';
import { expectBalanced, expectBinomial } from './bounds.ts';
import { completed, measure, temporary } from './cli.ts';

/** What the tool says of a path, held against what the path says of itself. */
let out: ReturnType<typeof temporary>;
beforeEach(() => {
  out = temporary();
});
afterEach(() => out.remove());

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test('tcp and udp over loopback and a lossy link: losses, delays and rates are those of the link', async (context) => {
  await lab(context);
  const link = 'delay 10ms loss 1% rate 100mbit';
  const { record, dir } = await measure(out.path, [
    ...['--transport', 'tcp,udp', '--scenario', 'stream', '--link', 'loopback', '--link', link],
    ...['--trials', '2', '--duration', '1500ms', '--warmup', '100ms', '--seed', '20'],
  ]);
  expect(record.trials).toHaveLength(8);
  const tcp = completed(record, (c) => c.transport.name === 'tcp' && c.link.label === link);
  const udp = completed(record, (c) => c.transport.name === 'udp' && c.link.label === link);
  for (const { link: account } of completed(record, (c) => c.link.label === link)) {
    expect(account).toBeDefined();
    if (account) for (const direction of [account.up, account.down]) expectBalanced(direction);
  }

  for (const { metrics: m } of udp) {
    expect(m['messages_sent']).toBe(m['link_up_packets']);
    expect(m['messages_lost']).toBe(m['link_up_lost'] + m['link_up_queue_dropped'] + m['socket_drops']);
    // 1,400 bytes take 1,442 on the wire: 8 of UDP, 20 of IP, 14 of Ethernet.
    expect(m['goodput_bps']).toBeLessThanOrEqual((100e6 * 1400) / 1442);
  }
  // 95 % of 100 Mbit/s are 8,235 frames of 1,442 bytes a second: n = 24,700 in two windows of 1.5 s, where 1 in 10^6 runs strays
  // by more than t = 89 = 0.36 % from 1 %.
  const sent = sum(udp.map(({ metrics }) => metrics['link_up_packets']));
  expect(sent).toBeGreaterThan(20_000);
  expectBinomial(sum(udp.map(({ metrics }) => metrics['link_up_lost'])), sent, 0.01);
  const delay = Math.min(...udp.map(({ metrics }) => metrics['delay_min_ms']));
  expect(delay).toBeGreaterThanOrEqual(10);
  // A whole queue would be 20 ms and more; a busy machine adds some to every packet.
  expect(delay).toBeLessThan(15);

  for (const { metrics: m } of completed(record, (c) => c.transport.name === 'tcp')) expect(m['messages_lost']).toBe(0);
  expect(sum(tcp.map(({ metrics }) => metrics['link_up_lost']))).toBeGreaterThan(0);
  expect(sum(tcp.map(({ metrics }) => metrics['retransmits']))).toBeGreaterThan(0);
  // A full segment carries 1,448 bytes in 1,514 on the wire; 4 bytes stand before each message of 1,400.
  const most = ((100e6 * 1448) / 1514) * (1400 / 1404);
  for (const { metrics } of tcp) expect(metrics['goodput_bps']).toBeLessThanOrEqual(most);

  const rows: Record<string, string>[] = parse(readFileSync(join(dir, 'trials.csv'), 'utf8'), { columns: true });
  expect(rows).toHaveLength(8);
  rows.forEach((row, i) => {
    const trial = completed(record)[i];
    expect(row['transport']).toBe(record.cases[trial.case].transport.name);
    expect(row['link']).toBe(record.cases[trial.case].link.label);
    for (const [name, value] of Object.entries(trial.metrics)) expect(Number(row[name])).toBe(value);
  });
  expect(readFileSync(join(dir, 'trials.csv'), 'utf8')).toBe(trialsCsv(record));
});

test('a full queue is told apart from the loss model', async (context) => {
  await lab(context);
  const { record } = await measure(out.path, [
    ...['--transport', 'udp', '--scenario', 'stream rate=20mbit', '--link', 'rate 10mbit'],
    ...['--trials', '1', '--duration', '500ms', '--warmup', '100ms'],
  ]);
  const [{ metrics: m, link }] = completed(record);
  expect(m['link_up_lost']).toBe(0);
  // 10 Mbit/s are 434 frames of 1,442 bytes in the window, and the queue holds 64 at its end: all others had no room.
  expect(m['link_up_queue_dropped']).toBeGreaterThan(0);
  expect(m['link_up_queue_dropped']).toBeGreaterThanOrEqual(m['messages_sent'] - 550);
  expect(m['messages_lost']).toBe(m['link_up_queue_dropped'] + m['socket_drops']);
  expect(m['goodput_bps']).toBeLessThanOrEqual((10e6 * 1400) / 1442);
  if (link) expectBalanced(link.up);
});

test('bursts have the length that the link gives them', async (context) => {
  await lab(context);
  const { record } = await measure(out.path, [
    ...['--transport', 'udp', '--scenario', 'stream size=100 rate=10mbit', '--link', 'loss gemodel 2% 25%'],
    ...['--trials', '1', '--duration', '1s', '--warmup', '100ms'],
  ]);
  const [{ metrics: m }] = completed(record);
  expect(m['messages_sent']).toBe(m['link_up_packets']);
  expect(m['messages_lost']).toBe(m['link_up_lost'] + m['socket_drops']);
  // A burst ends with probability 25 % at each of its packets: of all lost ones, Bin(lost, 0.25) end one.
  expectBinomial(m['messages_lost'] / m['loss_period_mean'], m['messages_lost'], 0.25);
});

test('the other way round, and with small messages', async (context) => {
  await lab(context);
  const { record } = await measure(out.path, [
    ...['--transport', 'udp', '--scenario', 'stream direction=down,stream size=64 rate=5mbit'],
    ...['--link', 'delay 5ms loss 2% rate 20mbit', '--trials', '1', '--duration', '500ms', '--warmup', '100ms'],
  ]);
  const [down] = completed(record, (c) => c.scenario.params['direction'] === 'down');
  expect(down.metrics['messages_sent']).toBe(down.metrics['link_down_packets']);
  expect(down.metrics['messages_lost']).toBe(
    down.metrics['link_down_lost'] + down.metrics['link_down_queue_dropped'] + down.metrics['socket_drops'],
  );
  expect(down.metrics['link_up_packets']).toBe(0);
  const [small] = completed(record, (c) => c.scenario.params['size'] === 64);
  expect(small.metrics['messages_sent']).toBe(small.metrics['link_up_packets']);
  expect(small.metrics['messages_lost']).toBe(
    small.metrics['link_up_lost'] + small.metrics['link_up_queue_dropped'] + small.metrics['socket_drops'],
  );
  // 64 bytes of payload are 106 on the wire.
  const { link } = small;
  expect(link?.up.bytesIn).toBe(106 * small.metrics['messages_sent']);
  for (const trial of [down, small]) {
    for (const account of [trial.link?.up, trial.link?.down]) if (account) expectBalanced(account);
  }
});
