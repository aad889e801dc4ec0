import { join } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { type Given, type ResolvedRun, resolveRun } from '../config/resolve.ts';
import type { RunRecord } from '../record/schema.ts';
import { analyse } from '../report/analyse.ts';
import { prepareOutput } from '../report/store.ts';
import { saveProgress, writeReport } from '../report/write.ts';
import { planSuite, type SuitePlan } from '../suite/plan.ts';
import { planQlog } from '../suite/qlog.ts';
import { requireIo, runSuite } from '../suite/run.ts';
import { Progress } from './progress.ts';
import { resultText } from './result-text.ts';
import { outputStyle } from './style.ts';

const INTERRUPTED = 130;

/** Plans, measures, reports. Returns the exit code. */
export async function run(given: Given, configPath: string | undefined): Promise<number> {
  const file = await loadConfig(configPath, process.cwd());
  const resolved = resolveRun(given, file);
  return await measure(resolved, planSuite(resolved.request), describe(resolved.options));
}

/** `requested`: as asked for, for the record. Returns the exit code. */
export async function measure(
  { request, options, warnings }: ResolvedRun,
  plan: SuitePlan,
  requested: Record<string, unknown>,
): Promise<number> {
  for (const warning of warnings) process.stderr.write(`netduel: warning: ${warning}\n`);
  const io = await requireIo(request.io);
  const runId = newRunId(new Date());
  const qlog = await planQlog(request, plan, runId);
  const dir = join(options.out, runId);
  await prepareOutput(dir);
  const { signal, release } = interruptSignal();
  const progress = new Progress(process.stderr, request, plan);
  try {
    const record = await runSuite(request, plan, {
      runId,
      io,
      requested,
      qlog,
      signal,
      onEvent: (event) => progress.show(event),
      save: (current) => saveProgress(current, dir),
    });
    if (options.report) {
      progress.note('drawing charts');
      await writeReport(record, dir);
    }
    progress.finish();
    print(record, options.json);
    const made = options.report ? `report: ${join(dir, 'report.html')}` : `record: ${join(dir, 'run.json')}`;
    process.stderr.write(`${closing(record)}${made}\n`);
    return exitCode(record, signal.aborted);
  } finally {
    progress.finish();
    release();
  }
}

function print(record: RunRecord, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(record, null, 2)}\n`);
  else process.stdout.write(`${resultText(analyse(record), outputStyle(process.stdout))}\n`);
}

/** Sorts by time; two runs started in the same second differ in the last part. */
function newRunId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace(/\..*/, '').replace('T', '-');
  return `${stamp}-${process.pid.toString(36)}`;
}

/** The configuration as asked for, with objects reduced to their names. */
export function describe(options: object): Record<string, unknown> {
  const replacer = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'name' in value && ('traits' in value || 'summarise' in value)
      ? value.name
      : value;
  return JSON.parse(JSON.stringify(options, replacer)) as Record<string, unknown>;
}

function closing({ state, trials }: RunRecord): string {
  if (state === 'interrupted')
    return `interrupted: there are the ${trials.filter((trial) => trial.state === 'completed').length} trials that were completed\n`;
  const failed = trials.filter((trial) => trial.state === 'failed').length;
  return failed > 0 ? `${failed} of ${trials.length} trials failed; the report says why\n` : '';
}

function exitCode({ trials }: RunRecord, interrupted: boolean): number {
  if (interrupted) return INTERRUPTED;
  if (trials.some((trial) => trial.state === 'failed')) return 1;
  return trials.every((trial) => trial.state === 'unsupported') ? 3 : 0;
}

/** Ctrl-C ends the run after tidying up and writing what is there; a second one ends it at once. */
function interruptSignal(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    process.stderr.write('\ninterrupted: writing what was measured (again to quit at once)\n');
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
