import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVER } from '../../src/lab/addresses.ts';
import { lab, program } from '../requirements.ts';
import { expectBalanced, expectBinomial } from './bounds.ts';
import { completed, measure, temporary } from './cli.ts';
import { type BareLab, openBareLab } from './outside-lab.ts';

/** The link as programs see it that know nothing of netduel. */
let bare: BareLab;
beforeAll(async () => {
  bare = await openBareLab().catch(() => undefined as never);
});
afterAll(() => bare?.close());

const ping = program('ping', 'iputils-ping');
const iperf3 = program('iperf3');
const ethtool = program('ethtool');

test('a lab that nobody uses is silent', async (context) => {
  await lab(context);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const { up, down } = await bare.lab.account();
  expect([up.packetsIn, down.packetsIn]).toEqual([0, 0]);
});

test('ping sees the delay and the loss of both directions', async (context) => {
  await lab(context);
  await ping(context);
  await bare.configure('delay 10ms loss 1% rate 50mbit', 7);
  // ping sends at most a hundred a second while answers are missing: four at once take a quarter of the time.
  const pings = await Promise.all(
    Array.from({ length: 4 }, () =>
      bare.run('client', ['ping', '-q', '-n', '-c', '500', '-i', '0.002', '-W', '1', SERVER.v4]),
    ),
  );
  const seen = pings.map(({ stdout }) => ({
    sent: Number(/(\d+) packets transmitted/.exec(stdout)?.[1]),
    received: Number(/, (\d+) received/.exec(stdout)?.[1]),
    minimum: Number(/rtt min[^=]*= ([\d.]+)/.exec(stdout)?.[1]),
  }));
  const sent = seen.reduce((sum, ping) => sum + ping.sent, 0);
  const lost = seen.reduce((sum, ping) => sum + ping.sent - ping.received, 0);
  const { up, down } = await bare.lab.account();
  expect(sent).toBe(2000);
  expect(up.packetsIn).toBe(sent);
  expect(lost).toBe(up.lost + up.queueDropped + down.lost + down.queueDropped);
  // An echo and its answer each have to get through: p = 1 - 0.99^2 = 1.99 %, n = 2,000: 40 +- 39 at 1 in 10^6.
  expectBinomial(lost, sent, 1 - 0.99 ** 2);
  const minimum = Math.min(...seen.map((ping) => ping.minimum));
  expect(minimum).toBeGreaterThanOrEqual(20);
  expect(minimum).toBeLessThan(22);
});

interface IperfReport {
  readonly end: {
    readonly sum: { readonly packets: number; readonly lost_packets: number };
    readonly sum_received: { readonly bits_per_second: number };
  };
}

async function iperf(args: readonly string[]): Promise<IperfReport['end']> {
  const server = bare.start('server', ['iperf3', '--server', '--one-off']);
  for (let attempts = 0; attempts < 50; attempts++) {
    const { stdout } = await bare.run('client', ['iperf3', '--client', SERVER.v4, '--json', ...args]);
    const report = JSON.parse(stdout) as Partial<IperfReport> & { error?: string };
    // The server may not listen yet.
    if (report.error?.includes('refused')) continue;
    if (report.error !== undefined || !report.end) throw new Error(`iperf3: ${report.error}`);
    await server.ended;
    return report.end;
  }
  throw new Error('iperf3 refused to be connected to');
}

test('iperf3 counts the datagrams that the link says it has dropped', async (context) => {
  await lab(context);
  await iperf3(context);
  await bare.configure('delay 10ms loss 1% rate 50mbit', 8);
  const { packets, lost_packets: lost } = (await iperf(['--udp', '--bitrate', '30M', '--length', '1400', '-t', '2']))
    .sum;
  const { up, down } = await bare.lab.account();
  for (const account of [up, down]) expectBalanced(account);
  // Beside its datagrams iperf3 exchanges a few packets of TCP, and it does not see that its last datagrams are missing.
  const others = up.packetsIn - packets;
  const dropped = up.lost + up.queueDropped;
  expect(others).toBeGreaterThanOrEqual(0);
  expect(others).toBeLessThan(100);
  expect(dropped - lost).toBeGreaterThanOrEqual(0);
  expect(dropped - lost).toBeLessThanOrEqual(others);
  expect(packets).toBeGreaterThan(4000);
  expectBinomial(up.lost, up.packetsIn, 0.01);
});

test('iperf3 fills the rate with TCP, in frames no larger than the MTU allows', async (context) => {
  await lab(context);
  await iperf3(context);
  await bare.configure('rate 50mbit', 9);
  const { bits_per_second: rate } = (await iperf(['-t', '2'])).sum_received;
  const { up, down } = await bare.lab.account();
  const ceiling = (50e6 * 1448) / 1514;
  // iperf3's own clock starts and stops a little beside the link's: hence one percent.
  expect(rate).toBeLessThanOrEqual(1.01 * ceiling);
  expect(rate).toBeGreaterThanOrEqual(0.8 * ceiling);
  for (const account of [up, down]) {
    expect(account.oversize).toBe(0);
    expect(account.lost).toBe(0);
    expectBalanced(account);
  }
});

test('offloads are off at all four interfaces', async (context) => {
  await lab(context);
  await ethtool(context);
  for (const [where, name] of [
    ['client', 'e0'],
    ['middlebox', 'v0'],
    ['middlebox', 'v1'],
    ['server', 'e1'],
  ] as const) {
    const { stdout } = await bare.run(where, ['ethtool', '-k', name]);
    for (const feature of [
      'rx-checksumming',
      'tx-checksumming',
      'scatter-gather',
      // Not the group tcp-segmentation-offload: from Linux 6.18 a kind that means nothing without these keeps it "on".
      'tx-tcp-segmentation',
      'tx-tcp6-segmentation',
      'tx-udp-segmentation',
      'generic-segmentation-offload',
      'generic-receive-offload',
      'large-receive-offload',
    ]) {
      expect(stdout).toMatch(new RegExp(`^\\s*${feature}: off`, 'm'));
    }
  }
});

test('batches leave as single datagrams, of which the link drops single ones', async (context) => {
  await lab(context);
  const out = temporary();
  try {
    const { record } = await measure(out.path, [
      ...['--transport', 'udp', '--scenario', 'stream rate=200mbit', '--link', 'loss 5%'],
      ...['--trials', '1', '--duration', '1s', '--warmup', '100ms'],
    ]);
    const [{ metrics: m, link, effective }] = completed(record);
    expect(effective.client['batching']).toMatch(/^(udp_segment|sendmmsg)$/);
    expect(m['messages_sent']).toBe(m['link_up_packets']);
    expect(link?.up.bytesIn).toBe(1442 * m['messages_sent']);
    expect(link?.up.oversize).toBe(0);
    expect(m['reordered_ratio']).toBe(0);
    expect(m['messages_duplicate']).toBe(0);
    expect(m['socket_drops']).toBe(0);
    expect(m['messages_lost']).toBe(m['link_up_lost']);
    expectBinomial(m['messages_lost'], m['messages_sent'], 0.05);
    // A period ends after each lost message with probability 95 %: mean 1.05. Were whole batches lost, it would be theirs.
    expectBinomial(m['messages_lost'] / m['loss_period_mean'], m['messages_lost'], 0.95);
    expect(m['loss_period_mean']).toBeLessThan(1.2);
  } finally {
    out.remove();
  }
});
