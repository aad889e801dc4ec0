import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CompletedTrial, RunRecord } from '../../src/record/schema.ts';
import { linuxSystemCalls, program, root } from '../requirements.ts';
import { expectBalanced, expectBinomial } from './bounds.ts';
import { CLI, completed, execute, measure, netduel, readRun, runFolder, temporary } from './cli.ts';

const NOBODY = '65534';
const NOTE = 'emulated in process (shim), not by a lab';
const LINK = 'delay 10ms loss 1% rate 50mbit';
const SUITE = [
  ...['run', '--emulator', 'shim', '--transport', 'tcp,udp', '--link', LINK],
  ...['--trials', '1', '--duration', '1s', '--warmup', '100ms'],
];
const setpriv = program('setpriv', 'util-linux');

let out: ReturnType<typeof temporary>;
beforeEach(() => {
  out = temporary();
  chmodSync(out.path, 0o777);
});
afterEach(() => out.remove());

/** What the receiver misses is what the link says that it has dropped, to the last message. */
function expectExact({ metrics: m, link, flags }: CompletedTrial, direction: 'up' | 'down'): void {
  const account = link?.[direction];
  if (!account) throw new Error('there is no account of the link');
  for (const each of [link.up, link.down]) expectBalanced(each);
  expect(m['messages_sent']).toBe(account.packetsIn);
  expect(m['messages_lost']).toBe(account.lost + account.queueDropped);
  expect(m['socket_drops']).toBe(0);
  expect(flags.map(({ name }) => name)).not.toContain('emulator-overrun');
}

function expectLossyPath(record: RunRecord): void {
  expect(record.effective.emulator).toEqual({ name: 'shim' });
  const [tcp] = record.trials.filter((trial) => record.cases[trial.case].transport.name === 'tcp');
  expect(tcp).toMatchObject({ state: 'unsupported', reason: expect.stringContaining('datagrams only') });
  expect(tcp).toMatchObject({ remedy: expect.stringContaining('netduel doctor') });
  const [udp] = completed(record, (c) => c.transport.name === 'udp');
  expectExact(udp, 'up');
  const { metrics: m } = udp;
  // 95 % of 50 Mbit/s are 4,118 frames of 1,442 bytes a second, as in the lab; a busy machine misses some of their slots.
  expect(m['messages_sent'] + m['messages_missed']).toBeGreaterThan(4_000);
  expectBinomial(m['link_up_lost'], m['messages_sent'], 0.01);
  expect(m['goodput_bps']).toBeLessThanOrEqual((50e6 * 1400) / 1442);
  expect(m['delay_min_ms']).toBeGreaterThanOrEqual(10);
  expect(m['wire_bps']).toBeLessThanOrEqual(50e6);
}

test('over io linux: what is missing is what the link dropped, and everything says that it was the shim', async (context) => {
  await linuxSystemCalls(context);
  const { code, stdout } = await netduel([...SUITE, '--io', 'linux', '--out', out.path], { cwd: out.path });
  expect(code).toBe(0);
  expect(stdout).toContain(NOTE);
  const dir = runFolder(out.path);
  expectLossyPath(readRun(dir));
  for (const file of ['report.html', 'report.md', 'charts/goodput.svg', 'charts/goodput.vl.json']) {
    expect(readFileSync(join(dir, file), 'utf8'), file).toContain(NOTE);
  }
  const [head, ...rows] = readFileSync(join(dir, 'trials.csv'), 'utf8').trim().split('\n');
  expect(head).toContain(',link_profile,emulator,');
  for (const row of rows) expect(row).toContain(',shim,');
});

test('over io node', async () => {
  expect((await netduel([...SUITE, '--io', 'node', '--out', out.path], { cwd: out.path })).code).toBe(0);
  expectLossyPath(readRun(runFolder(out.path)));
});

for (const [io, ...requirements] of [['linux', linuxSystemCalls] as const, ['node'] as const]) {
  test(`as an ordinary user over io ${io}`, async (context) => {
    for (const required of [root, setpriv, ...requirements]) await required(context);
    const asNobody = (args: readonly string[]) =>
      execute('setpriv', ['--reuid', NOBODY, '--regid', NOBODY, '--clear-groups', process.execPath, CLI, ...args], {
        cwd: out.path,
        env: { ...process.env, HOME: out.path },
      });
    if ((await asNobody(['--version'])).code !== 0) {
      return context.skip('user nobody cannot read this checkout, or not execute node');
    }
    expect((await asNobody([...SUITE, '--io', io, '--out', out.path])).code).toBe(0);
    const record = readRun(runFolder(out.path));
    expect(record.environment.privilege).toBe('user');
    expectLossyPath(record);
  });
}

test('the other way round, small messages, a burst of losses and a full queue; loopback stays what it is', async () => {
  const { record } = await measure(out.path, [
    ...['--emulator', 'shim', '--transport', 'udp', '--scenario', 'stream direction=down size=100 rate=10mbit'],
    ...['--link', 'delay 5ms loss gemodel 2% 25%', '--link', 'rate 5mbit', '--link', 'direct', '--link', 'loopback'],
    ...['--trials', '1', '--duration', '1s', '--warmup', '100ms'],
  ]);
  const over = (label: string): CompletedTrial => completed(record, (c) => c.link.label === label)[0];
  for (const link of ['delay 5ms loss gemodel 2% 25%', 'rate 5mbit', 'direct']) expectExact(over(link), 'down');
  const { metrics: bursts, link } = over('delay 5ms loss gemodel 2% 25%');
  // 100 bytes of payload are 142 on the wire.
  expect(link?.down.bytesIn).toBe(142 * bursts['messages_sent']);
  expect(link?.up.packetsIn).toBe(0);
  // A burst ends with probability 25 % at each of its packets: of all lost ones, Bin(lost, 0.25) end one.
  expectBinomial(bursts['messages_lost'] / bursts['loss_period_mean'], bursts['messages_lost'], 0.25);
  expect(over('rate 5mbit').metrics['link_down_queue_dropped']).toBeGreaterThan(0);
  expect(over('rate 5mbit').metrics['goodput_bps']).toBeLessThanOrEqual((5e6 * 100) / 142);
  expect(over('direct').metrics['messages_lost']).toBe(0);
  expect(over('loopback')).not.toHaveProperty('link');
  expect(over('loopback').effective.client['max_message_bytes']).toBe(65_507);
  expect(over('direct').effective.client['max_message_bytes']).toBe(1472);
});

test('datagrams that IP would have to cut up are unsupported', async () => {
  const { code } = await netduel(
    [
      ...['run', '--emulator', 'shim', '--transport', 'udp fragment=true', '--scenario', 'stream size=9000'],
      ...['--link', 'delay 5ms', '--trials', '1', '--out', out.path],
    ],
    { cwd: out.path },
  );
  expect(code).toBe(3);
  expect(readRun(runFolder(out.path)).trials).toMatchObject([
    { state: 'unsupported', reason: expect.stringContaining('9000 bytes'), remedy: expect.stringContaining('1472') },
  ]);
});

test('where no lab can be made, transports that the shim can impair are told of it', async () => {
  // Without the programs that make namespaces.
  const where = { cwd: out.path, env: { ...process.env, PATH: out.path } };
  const suite = ['--transport', 'tcp,udp', '--link', 'delay 5ms', '--trials', '1', '--duration', '100ms'];
  const runs = join(out.path, 'runs');
  expect((await netduel(['run', ...suite, '--out', runs], where)).code).toBe(3);
  const record = readRun(runFolder(runs));
  expect(record.effective.emulator).toMatchObject({ name: 'none', reason: expect.any(String) });
  for (const trial of record.trials) {
    if (trial.state !== 'unsupported') throw new Error(`a trial ${trial.state} without a lab`);
    const mentioned = trial.remedy?.includes('--emulator shim');
    expect(mentioned).toBe(record.cases[trial.case].transport.name === 'udp');
  }
  const shimmed = join(out.path, 'shimmed');
  expect((await netduel(['run', ...suite, '--emulator', 'shim', '--out', shimmed], where)).code).toBe(0);
  expect(completed(readRun(runFolder(shimmed)), (c) => c.transport.name === 'udp')).toHaveLength(1);
});
