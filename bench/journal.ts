import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import type { Option } from './options.ts';

const DIST = new URL('../dist/', import.meta.url).pathname;
/** After so many runs in a row that failed, the rest would fail as well. */
const PATIENCE = 3;

/** The options of every bench that keeps a journal. */
export const JOURNAL_OPTIONS = {
  journal: { value: '', help: 'file that finished cells are added to, and taken from [results/bench/NAME.jsonl]' },
  fresh: { value: false, help: 'forget what that file holds' },
  'any-build': { value: false, help: 'take cells of other builds of netduel too' },
  'report-only': { value: false, help: 'measure nothing' },
} as const satisfies Readonly<Record<string, Option>>;

export interface Cell {
  /** What was measured: the same key, the same question. */
  readonly key: string;
}

/** What is measured from here on is no longer what was measured before. */
class StaleBuild extends Error {}

interface Line {
  readonly build: string;
  readonly at: string;
}

/**
 * What a bench has measured, a line of JSON per cell, on disk as soon as it is known: a bench that was ended goes on where it stopped. Cells
 * of another build or kernel do not count, lest a change to the code should be averaged away.
 */
export interface Journal<C extends Cell> {
  has(key: string): boolean;
  /** Of these keys, those that were measured. */
  select(keys: readonly string[]): C[];
  add(cell: C): void;
}

export function openJournal<C extends Cell>(
  name: string,
  options: { readonly [K in keyof typeof JOURNAL_OPTIONS]: string | boolean },
): Journal<C> {
  const path = String(options.journal || new URL(`../results/bench/${name}.jsonl`, import.meta.url).pathname);
  mkdirSync(dirname(path), { recursive: true });
  if (options.fresh) rmSync(path, { force: true });
  const build = buildId();
  const cells = new Map<string, C>();
  for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
    const cell = parsed<C & Line>(line);
    if (cell && (options['any-build'] || cell.build === build)) cells.set(cell.key, cell);
  }
  process.stderr.write(`${path}: ${cells.size} cells of build ${options['any-build'] ? 'any' : build}\n`);
  return {
    has: (key) => cells.has(key),
    select: (keys) => keys.flatMap((key) => cells.get(key) ?? []),
    add(cell) {
      if (buildId() !== build) throw new StaleBuild('dist/ has been built anew meanwhile; start again');
      cells.set(cell.key, cell);
      appendFileSync(path, `${JSON.stringify({ ...cell, build, at: new Date().toISOString() })}\n`);
    },
  };
}

/** Undefined for the half line that a bench leaves that was killed. */
function parsed<T>(line: string): T | undefined {
  try {
    return JSON.parse(line) as T;
  } catch {
    return undefined;
  }
}

/** Of the code that runs: of all built files, and the kernel. */
function buildId(): string {
  const hash = createHash('sha256').update(release());
  const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'));
  for (const path of files.sort()) hash.update(path).update(readFileSync(join(DIST, path)));
  return hash.digest('hex').slice(0, 12);
}

export interface Job {
  readonly label: string;
  /** What it is planned to take, to tell how much is left. */
  readonly seconds: number;
  /** Measures and returns what to say of it. */
  run(): Promise<string>;
}

/** Runs jobs one after the other and says how far it is; one that fails is named and left for the next time. */
export async function runJobs(jobs: readonly Job[]): Promise<void> {
  let left = jobs.reduce((sum, { seconds }) => sum + seconds, 0);
  let inRow = 0;
  const pace = { planned: 0, taken: 0 };
  process.stderr.write(`${jobs.length} runs to go, ${minutes(left)} at least\n`);
  for (const [i, job] of jobs.entries()) {
    const start = performance.now();
    const said = await job.run().then(
      (text) => {
        inRow = 0;
        return text;
      },
      (error: Error) => {
        if (error instanceof StaleBuild) throw error;
        inRow++;
        process.exitCode = 1;
        return `failed: ${error.message}`;
      },
    );
    left -= job.seconds;
    pace.planned += job.seconds;
    pace.taken += (performance.now() - start) / 1e3;
    const rest = minutes((left * pace.taken) / pace.planned);
    process.stderr.write(`[${i + 1}/${jobs.length}, ${rest} left] ${job.label}: ${said}\n`);
    if (inRow === PATIENCE) throw new Error(`${PATIENCE} runs in a row have failed`);
  }
}

const minutes = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
