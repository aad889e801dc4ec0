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
      execFile(process.execPath, [CLI, 'run', ...args, '--out', out, '--json'], options, (_error, stdout, stderr) =>
        resolve({ stdout, stderr }),
      );
    });
    if (said.stdout === '') throw new Error(said.stderr.trim().split('\n').at(-1) ?? 'netduel said nothing');
    return JSON.parse(said.stdout) as RunRecord;
  } finally {
    await rm(out, { recursive: true });
  }
}

/** Mean goodput from the first byte that was sent, slow start included, to the close of the window, in bit/s. */
export function wholeGoodput({ series, effective }: CompletedTrial): number | undefined {
  const goodput = series.find(({ metric }) => metric === 'goodput_bps');
  if (!goodput || goodput.t.length === 0) return undefined;
  const start = -effective.warmupSeconds - effective.settleSeconds;
  const last = goodput.t[goodput.t.length - 1];
  const bits = goodput.values.reduce((sum, value, i) => sum + value * (goodput.t[i] - (goodput.t[i - 1] ?? start)), 0);
  return bits / (last - start);
}
