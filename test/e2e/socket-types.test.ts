import { afterEach, beforeEach, expect, test } from 'vitest';
import { lab, linuxSystemCalls } from '../requirements.ts';
import { expectBalanced } from './bounds.ts';
import { netduel, readRun, runFolder, temporary } from './cli.ts';

const SHORT = ['--no-report', '--trials', '1', '--duration', '200ms', '--warmup', '50ms'];

let out: ReturnType<typeof temporary>;
beforeEach(() => {
  out = temporary();
});
afterEach(() => out.remove());

test('unix sockets carry the stream on loopback and lose nothing, and know no other link', async (context) => {
  await linuxSystemCalls(context);
  const names = ['unix-stream', 'unix-dgram', 'unix-seqpacket'];
  const run = ['run', '--transport', names.join(','), '--emulator', 'shim', '--out', out.path, ...SHORT];
  const outcome = await netduel([...run, '--link', 'loopback', '--link', 'delay 1ms']);
  expect(outcome.stderr).not.toContain('Error');
  const { cases, trials } = readRun(runFolder(out.path));
  for (const trial of trials) {
    const { transport, link } = cases[trial.case] as (typeof cases)[number];
    if (link.profile !== '') {
      expect(trial).toMatchObject({ state: 'unsupported', reason: expect.stringContaining('knows no network') });
    } else if (trial.state === 'completed') {
      expect(trial.metrics['messages_delivered']).toBeGreaterThan(1000);
      expect(trial.metrics['messages_lost']).toBe(0);
      expect(trial.metrics['reordered_ratio']).toBe(0);
    } else expect.unreachable(`${transport.name}: ${trial.reason}`);
  }
  expect(trials).toHaveLength(6);
});

test('raw IP packets cross the lab, and what is missing is what the link has dropped', async (context) => {
  await lab(context);
  const run = ['run', '--transport', 'raw-ip', '--scenario', 'stream rate=2mbit', '--out', out.path, ...SHORT];
  await netduel([...run, '--link', 'loopback', '--link', 'delay 5ms loss 10%']);
  const { cases, trials } = readRun(runFolder(out.path));
  for (const trial of trials) {
    if (cases[trial.case]?.link.profile === '') {
      expect(trial).toMatchObject({ state: 'unsupported', reason: expect.stringContaining('for the lab only') });
    } else if (trial.state === 'completed' && trial.link) {
      const { up } = trial.link;
      expectBalanced(up);
      expect(trial.metrics['messages_sent']).toBe(up.packetsIn);
      expect(trial.metrics['messages_lost']).toBe(up.lost + up.queueDropped);
      // 1,400 bytes, 4 of ports, 20 of IP and 14 of Ethernet.
      expect(up.bytesIn).toBe(1438 * up.packetsIn);
      expect(up.packetsIn).toBeGreaterThan(10);
    } else expect.unreachable(JSON.stringify(trial));
  }
  expect(trials).toHaveLength(2);
});
