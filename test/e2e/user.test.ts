import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lab, program, root } from '../requirements.ts';
import { expectBalanced } from './bounds.ts';
import { CLI, completed, execute, readRun, runFolder, temporary } from './cli.ts';

const NOBODY = '65534';
const setpriv = program('setpriv', 'util-linux');

let out: ReturnType<typeof temporary>;
beforeEach(() => {
  out = temporary();
  chmodSync(out.path, 0o777);
});
afterEach(() => out.remove());

const asNobody = (command: readonly string[]): ReturnType<typeof execute> =>
  execute('setpriv', ['--reuid', NOBODY, '--regid', NOBODY, '--clear-groups', ...command], {
    cwd: out.path,
    env: { ...process.env, HOME: out.path },
  });

test('an ordinary user has the same lab, in a user namespace', async (context) => {
  await lab(context);
  await root(context);
  await setpriv(context);
  if ((await asNobody([process.execPath, CLI, '--version'])).code !== 0) {
    return context.skip('user nobody cannot read this checkout, or not execute node');
  }
  const { code, stderr } = await asNobody([
    ...[process.execPath, CLI, 'run', '--no-report', '--out', out.path, '--transport', 'tcp,udp'],
    ...['--link', 'delay 10ms loss 1% rate 50mbit', '--trials', '1', '--duration', '1s', '--warmup', '100ms'],
  ]);
  expect(stderr).not.toMatch(/failed|unsupported/);
  expect(code).toBe(0);
  const record = readRun(runFolder(out.path));
  expect(record.environment.privilege).toBe('user');
  expect(record.effective.emulator).toMatchObject({ name: 'user', ceiling: expect.any(Number) });
  const [tcp] = completed(record, (c) => c.transport.name === 'tcp');
  expect(tcp.metrics['messages_lost']).toBe(0);
  const [udp] = completed(record, (c) => c.transport.name === 'udp');
  const { metrics: m, link } = udp;
  expect(m['messages_sent']).toBe(m['link_up_packets']);
  expect(m['link_up_lost']).toBeGreaterThan(0);
  expect(m['messages_lost']).toBe(m['link_up_lost'] + m['link_up_queue_dropped'] + m['socket_drops']);
  expect(m['delay_min_ms']).toBeGreaterThanOrEqual(10);
  expect(link).toBeDefined();
  for (const account of [link?.up, link?.down]) if (account) expectBalanced(account);
});
