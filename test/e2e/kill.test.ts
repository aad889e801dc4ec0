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
  mark = crypto.randomUUID();
  interfaces = hostInterfaces();
});
afterEach(() => {
  out.remove();
  expect(hostInterfaces()).toEqual(interfaces);
});

const PLAN = ['--transport', 'udp', '--link', 'delay 1ms rate 20mbit', '--duration', '1s', '--warmup', '100ms'];

const run = (trials: number): Running =>
  start(process.execPath, [CLI, 'run', '--out', out.path, '--trials', String(trials), ...PLAN], {
    cwd: out.path,
    env: { ...process.env, NETDUEL_E2E_MARK: mark },
  });

/** The processes of the trial that is just beginning, once it is well under way. */
async function inTrial(running: Running): Promise<Process[]> {
  const processes = await labOf(running.pid);
  // Start, set-up, lead and warm-up take some 0.5 s, the window 1 s.
  await new Promise((resolve) => setTimeout(resolve, 700));
  return processes;
}

async function inSecondTrial(): Promise<{ running: Running; processes: Process[] }> {
  const running = run(3);
  await running.until(/\[1\/3\]/);
  return { running, processes: await inTrial(running) };
}

const client = (processes: Process[]): number => processes.find(({ kind }) => kind === 'endpoint')?.pid ?? Number.NaN;
const server = (processes: Process[]): number =>
  processes.findLast(({ kind }) => kind === 'endpoint')?.pid ?? Number.NaN;
const middlebox = (processes: Process[]): number =>
  processes.find(({ kind }) => kind === 'middlebox')?.pid ?? Number.NaN;

const rows = (dir: string): Record<string, string>[] =>
  parse(readFileSync(join(dir, 'trials.csv'), 'utf8'), { columns: true });

test('kill -9 of the main process leaves its finished trials and nothing else', async (context) => {
  await lab(context);
  const { running, processes } = await inSecondTrial();
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

test('kill -9 of either endpoint or of the middlebox fails the trial with the cause, and the next one completes', async (context) => {
  await lab(context);
  const running = run(5);
  await running.until(/\[1\/5\]/);
  const killed: Process[] = [];
  for (const [round, pick] of [client, server, middlebox].entries()) {
    const processes = await inTrial(running);
    killed.push(...processes);
    process.kill(pick(processes), 'SIGKILL');
    await running.until(new RegExp(`\\[${round + 2}/5\\].*failed`));
  }
  const { code, stderr } = await running.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/3 of 5 trials failed/);
  const dir = runFolder(out.path);
  const record = readRun(dir);
  expect(record.state).toBe('completed');
  expect(record.trials.map(({ state }) => state)).toEqual(['completed', 'failed', 'failed', 'failed', 'completed']);
  const reasons = record.trials.map((trial) => (trial.state === 'completed' ? '' : trial.reason));
  expect(reasons).toEqual([
    '',
    'the client process was ended by SIGKILL',
    'the server process was ended by SIGKILL',
    'the middlebox process was ended by SIGKILL',
    '',
  ]);
  const table = rows(dir);
  expect(table.map((row) => row['reason'])).toEqual(reasons);
  expect(table.map((row) => row['goodput_bps'] === '')).toEqual([false, true, true, true, false]);
  expect(readdirSync(dir)).toContain('report.html');
  await expectGone(mark, killed);
});

test('Ctrl-C ends with a report of what was measured', async (context) => {
  await lab(context);
  const { running, processes } = await inSecondTrial();
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
