import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lab } from '../requirements.ts';
import { CLI, type Running, readRun, runFolder, start, temporary } from './cli.ts';
import { expectGone, hostInterfaces, labOf, type Process } from './processes.ts';

let out: ReturnType<typeof temporary>;
let interfaces: string[];
let mark: string;
beforeEach(() => {
  out = temporary();
  mark = `NETDUEL_E2E_MARK=${crypto.randomUUID()}`;
  interfaces = hostInterfaces();
});
afterEach(() => {
  out.remove();
  expect(hostInterfaces()).toEqual(interfaces);
});

const PLAN = ['--transport', 'udp', '--link', 'delay 1ms rate 20mbit', '--trials', '3', '--duration', '1s'];

/** A run of three trials, in the middle of its second one. */
async function inMidTrial(): Promise<{ running: Running; processes: Process[] }> {
  const running = start(process.execPath, [CLI, 'run', '--out', out.path, '--warmup', '100ms', ...PLAN], {
    cwd: out.path,
    env: { ...process.env, NETDUEL_E2E_MARK: mark.split('=')[1] },
  });
  await running.until(/\[1\/3\]/);
  const processes = await labOf(running.pid);
  // Set-up, lead and warm-up take some 0.4 s, the window 1 s.
  await new Promise((resolve) => setTimeout(resolve, 700));
  return { running, processes };
}

const rows = (dir: string): Record<string, string>[] =>
  parse(readFileSync(join(dir, 'trials.csv'), 'utf8'), { columns: true });

test('kill -9 of the main process leaves its finished trials and nothing else', async (context) => {
  await lab(context);
  const { running, processes } = await inMidTrial();
  process.kill(running.pid, 'SIGKILL');
  await running.ended;
  await expectGone(mark, processes);
  const dir = runFolder(out.path);
  const record = readRun(dir);
  expect(record.state).toBe('running');
  expect(record.trials.map(({ state }) => state)).toEqual(['completed']);
  expect(rows(dir).map((row) => row['state'])).toEqual(['completed']);
  expect(readdirSync(dir).sort()).toEqual(['run.json', 'trials.csv']);
});

test.each([
  ['the client', (processes: Process[]) => processes.find(({ kind }) => kind === 'endpoint'), /client process/],
  ['the server', (processes: Process[]) => processes.findLast(({ kind }) => kind === 'endpoint'), /server process/],
  ['the middlebox', (processes: Process[]) => processes.find(({ kind }) => kind === 'middlebox'), /middlebox process/],
])('kill -9 of %s fails the trial, and the next one completes', async (_, pick, name, context) => {
  await lab(context);
  const { running, processes } = await inMidTrial();
  process.kill(pick(processes)?.pid ?? -1, 'SIGKILL');
  const { code, stderr } = await running.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/1 of 3 trials failed/);
  const dir = runFolder(out.path);
  const record = readRun(dir);
  expect(record.state).toBe('completed');
  expect(record.trials.map(({ state }) => state)).toEqual(['completed', 'failed', 'completed']);
  const [, failed] = record.trials;
  if (failed.state === 'completed') throw new Error('the second trial should have failed');
  expect(failed.reason).toMatch(name);
  expect(failed.reason).toMatch(/was ended by SIGKILL/);
  expect(rows(dir)[1]).toMatchObject({ state: 'failed', reason: failed.reason, goodput_bps: '' });
  expect(readdirSync(dir)).toContain('report.html');
  await expectGone(mark, processes);
});

test('Ctrl-C ends with a report of what was measured', async (context) => {
  await lab(context);
  const { running, processes } = await inMidTrial();
  process.kill(running.pid, 'SIGINT');
  const { code, stderr, stdout } = await running.ended;
  expect(code).toBe(130);
  expect(stderr).toMatch(/interrupted/);
  expect(stdout).toMatch(/udp/);
  await expectGone(mark, processes);
  const dir = runFolder(out.path);
  const record = readRun(dir);
  expect(record.state).toBe('interrupted');
  expect(record.trials.map(({ state }) => state)).toEqual(['completed', 'aborted']);
  expect(readdirSync(dir)).toContain('report.html');
});
