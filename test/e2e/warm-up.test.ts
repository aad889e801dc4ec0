import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { netduel, runFolder, temporary } from './cli.ts';

let out: ReturnType<typeof temporary>;
beforeEach(() => {
  out = temporary();
});
afterEach(() => out.remove());

const BRIEFLY = ['--no-report', '--trials', '2', '--duration', '100ms', '--warmup', '0', '--link', 'loopback'];
const run = (...args: string[]) => netduel(['run', '--out', out.path, ...BRIEFLY, ...args]);

test('what counts from its first byte is warmed up once for each transport, and nothing else is', async () => {
  const { code, stderr } = await run('--transport', 'tcp,rudp', '--scenario', 'stream bytes=10000');
  expect(code).toBe(0);
  for (const transport of ['tcp', 'rudp']) {
    expect(stderr.match(new RegExp(`^warming up ${transport}$`, 'gm'))).toHaveLength(1);
    expect(stderr.indexOf(`warming up ${transport}\n`)).toBeLessThan(stderr.indexOf(`] ${transport} `));
  }
});

test('a trial with a warm-up of its own needs no other', async () => {
  const { code, stderr } = await run('--transport', 'rudp', '--scenario', 'stream');
  expect(code).toBe(0);
  expect(stderr).not.toContain('warming up');
  // What it writes without a report.
  const dir = runFolder(out.path);
  expect(readdirSync(dir).sort()).toEqual(['run.json', 'trials.csv']);
  expect(stderr.trimEnd().endsWith(`record: ${join(dir, 'run.json')}`)).toBe(true);
});
