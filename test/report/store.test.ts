import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../src/record/errors.ts';
import { writeAtomic } from '../../src/report/atomic.ts';
import { loadRun, prepareOutput, saveRun } from '../../src/report/store.ts';
import { saveProgress, writeReport } from '../../src/report/write.ts';
import { allFailed, troubled } from './fixtures.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'netduel-report-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

async function errorOf(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error(`expected a UserError, got ${error}`);
  return error;
}

test('a saved run reads back as it was', async () => {
  await saveRun(troubled(), dir);
  expect(await loadRun(dir)).toEqual(troubled());
});

test('a folder without a run is named, with a way out', async () => {
  const { message, exitCode } = await errorOf(loadRun(dir));
  expect(message).toBe(
    `${dir} holds no run: there is no ${join(dir, 'run.json')}. Name the folder of a run, such as results/<run-id>.`,
  );
  expect(exitCode).toBe(2);
});

test('an unreadable file is named', async () => {
  await mkdir(join(dir, 'run.json'));
  expect((await errorOf(loadRun(dir))).message).toMatch(/run\.json cannot be read \(EISDIR\)/);
});

test('writing replaces the file whole and leaves nothing else behind', async () => {
  const path = join(dir, 'a.txt');
  await writeAtomic(path, 'a long first text');
  await writeAtomic(path, 'short');
  expect(await readFile(path, 'utf8')).toBe('short');
  expect(await readdir(dir)).toEqual(['a.txt']);
});

test('a failed write keeps the old text and cleans up', async () => {
  await mkdir(join(dir, 'taken', 'inside'), { recursive: true });
  await expect(writeAtomic(join(dir, 'taken'), 'text')).rejects.toThrow();
  expect(await readdir(dir)).toEqual(['taken']);
});

test('progress is the record and the table of trials', async () => {
  await saveProgress(troubled(), dir);
  expect((await readdir(dir)).sort()).toEqual(['run.json', 'trials.csv']);
});

test('a report is every file, and leaves the record as it is', async () => {
  await writeFile(join(dir, 'run.json'), 'as it was');
  await writeReport(troubled(), dir);
  expect(await readFile(join(dir, 'run.json'), 'utf8')).toBe('as it was');
  expect((await readdir(dir)).sort()).toEqual([
    'charts',
    'delay.csv',
    'report.html',
    'report.md',
    'run.json',
    'series.csv',
    'summary.csv',
    'trials.csv',
  ]);
  const charts = ['delay-percentiles', 'goodput', 'goodput-over-time', 'loss-reordering'];
  const files = charts.flatMap((name) => [`${name}.svg`, `${name}.vl.json`]);
  expect((await readdir(join(dir, 'charts'))).sort()).toEqual(files.sort());
});

test('charts with nothing to show are left out', async () => {
  await writeReport(allFailed(), dir);
  expect(await readdir(join(dir, 'charts'))).toEqual([]);
});

test('the results folder is made, and may be there already', async () => {
  const deep = join(dir, 'a', 'b');
  await prepareOutput(deep);
  await prepareOutput(deep);
  expect(await readdir(deep)).toEqual([]);
});

test('a folder that holds a run is refused, with a way out', async () => {
  await saveRun(troubled(), dir);
  expect((await errorOf(prepareOutput(dir))).message).toBe(
    `${dir} holds a run already. Name another folder with --out.`,
  );
});

test('a path that is a file, or lies below one, is refused', async () => {
  const file = join(dir, 'file');
  await writeFile(file, '');
  expect((await errorOf(prepareOutput(file))).message).toBe(
    `${file} is a file, not a folder. Name another folder with --out.`,
  );
  expect((await errorOf(prepareOutput(join(file, 'below')))).message).toMatch(/file is a file, not a folder/);
});
