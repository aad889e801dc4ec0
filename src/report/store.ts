import { access, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../record/errors.ts';
import { parseRun } from '../record/parse.ts';
import type { RunRecord } from '../record/schema.ts';
import { writeAtomic } from './atomic.ts';

const FILE = 'run.json';

/** Reads the record in a results folder. Throws `UserError` when there is none, or when it cannot be understood. */
export async function loadRun(dir: string): Promise<RunRecord> {
  const path = join(dir, FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new UserError(
        `${dir} holds no run: there is no ${path}. Name the folder of a run, such as results/<run-id>.`,
      );
    }
    throw new UserError(`${path} cannot be read (${code}). Check its permissions.`);
  }
  return parseRun(text, path);
}

export async function saveRun(run: RunRecord, dir: string): Promise<void> {
  await writeAtomic(join(dir, FILE), `${JSON.stringify(run)}\n`);
}

/**
 * Makes the results folder, before anything is measured. Throws `UserError` when the path is a file, cannot be written to,
 * or holds a run already.
 */
export async function prepareOutput(dir: string): Promise<void> {
  await makeFolder(dir);
  if (await exists(join(dir, FILE))) {
    throw new UserError(`${dir} holds a run already. Name another folder with --out.`);
  }
  const probe = join(dir, `.probe.${process.pid}.tmp`);
  try {
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw new UserError(`${dir} is not writable (${codeOf(error)}). Name another folder with --out.`);
  }
}

async function makeFolder(dir: string): Promise<void> {
  const parent = dirname(dir);
  if (parent !== dir && !(await exists(parent))) await makeFolder(parent);
  try {
    // One level at a time: under /proc, where nothing can be made, Node 20's recursive mkdir never comes back.
    await mkdir(dir);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' && (await isFolder(dir))) return;
    const [culprit, why] =
      code === 'EEXIST'
        ? [dir, 'is a file, not a folder']
        : code === 'ENOTDIR'
          ? [parent, 'is a file, not a folder']
          : [dir, `cannot be made into a folder (${code})`];
    throw new UserError(`${culprit} ${why}. Name another folder with --out.`);
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
