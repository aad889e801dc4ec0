import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompletedTrial, RunRecord } from '../src/record/schema.ts';

const CLI = new URL('../dist/cli.js', import.meta.url).pathname;
const MOST_BYTES = 1 << 30;

/** `netduel run` of the built code with these arguments; its record is all that is left of it. */
export async function netduelRun(args: readonly string[]): Promise<RunRecord> {
  const out = await mkdtemp(join(tmpdir(), 'netduel-bench-'));
  try {
    const said = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
      const options = { maxBuffer: MOST_BYTES, cwd: out };
      // A run in which a trial failed has a record too, and an exit code of its own.
      execFile(
        process.execPath,
        [CLI, 'run', ...args, '--out', out, '--json', '--no-report'],
        options,
        (_error, stdout, stderr) => resolve({ stdout, stderr }),
      );
    });
    if (said.stdout === '') throw new Error(said.stderr.trim().split('\n').at(-1) ?? 'netduel said nothing');
    return JSON.parse(said.stdout) as RunRecord;
  } finally {
    await rm(out, { recursive: true });
  }
}

/**
 * Mean of what came between the opening of the window (or the first byte that was sent, slow start included) and its close, in bit/s. Unlike
 * the metric `goodput_bps` it leaves out how long the last messages took to come, which says more of one time-out than of a steady state.
 */
export function meanGoodput({ series, effective }: CompletedTrial, since: 'window' | 'first byte'): number | undefined {
  const found = series.find(({ metric }) => metric === 'goodput_bps');
  if (!found) return undefined;
  const start = since === 'window' ? 0 : -effective.warmupSeconds - effective.settleSeconds;
  let [bits, reached] = [0, start];
  for (const [i, t] of found.t.entries()) {
    if (t <= start || t > effective.windowSeconds) continue;
    // A sample that straddles the start counts for its part behind it.
    bits += found.values[i] * (t - reached);
    reached = t;
  }
  return reached > start ? bits / (reached - start) : undefined;
}
