import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseRun } from '../../src/record/parse.ts';
import type { CompletedTrial, RunRecord } from '../../src/record/schema.ts';

export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Outcome>;
  /** Resolves with what matches as soon as stderr does. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** What it has said so far. */
  stderr(): string;
}

interface Where {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A command with nothing on stdin. */
export function start(command: string, args: readonly string[], where: Where = {}): Running {
  const child = spawn(command, args, { ...where, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  let onText = (): void => {};
  child.stdout.on('data', (data: Buffer) => {
    stdout += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data;
    onText();
  });
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    pid: child.pid ?? -1,
    ended,
    stderr: () => stderr,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        onText = () => {
          const found = pattern.exec(stderr);
          if (found) resolve(found);
        };
        onText();
        void ended.then(() => reject(new Error(`ended without saying ${pattern}:\n${stderr}`)));
      }),
  };
}

export const execute = (command: string, args: readonly string[], where?: Where): Promise<Outcome> =>
  start(command, args, where).ended;

export const netduel = (args: readonly string[], where?: Where): Promise<Outcome> =>
  execute(process.execPath, [CLI, ...args], where);

/** A new folder, and how to get rid of it. */
export function temporary(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'netduel-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The folder of the only run in an out folder. */
export function runFolder(out: string): string {
  const [run, ...others] = readdirSync(out);
  if (run === undefined || others.length > 0) throw new Error(`${out} holds ${others.length + (run ? 1 : 0)} runs`);
  return join(out, run);
}

export function readRun(dir: string): RunRecord {
  const path = join(dir, 'run.json');
  return parseRun(readFileSync(path, 'utf8'), path);
}

/** Runs a suite in a configuration-free folder, insists on success, and hands back its record and folder. */
export async function measure(
  out: string,
  args: readonly string[],
  cwd: string = out,
): Promise<{ record: RunRecord; dir: string }> {
  const { code, stderr } = await netduel(['run', '--out', out, '--no-report', ...args], { cwd });
  if (code !== 0) throw new Error(`netduel run exited with ${code}:\n${stderr}`);
  const dir = runFolder(out);
  return { record: readRun(dir), dir };
}

/** The trials of the cases that `pick` accepts; throws unless all have completed. */
export function completed(
  record: RunRecord,
  pick: (c: RunRecord['cases'][number]) => boolean = () => true,
): CompletedTrial[] {
  return record.trials
    .filter((trial) => pick(record.cases[trial.case]))
    .map((trial) => {
      if (trial.state !== 'completed') throw new Error(`trial ${trial.trial} ${trial.state}: ${trial.reason}`);
      return trial;
    });
}
