import type { Sample } from '../endpoint/protocol.ts';
import { chooseIo, type IoChoice } from '../io/index.ts';
import { findLauncher, type Launcher, type NoLab } from '../lab/launcher.ts';
import { UserError } from '../record/errors.ts';
import { FORMAT_VERSION, type RunRecord, type Trial } from '../record/schema.ts';
import { Arena } from './arena.ts';
import { completeTrial } from './complete.ts';
import { describeEnvironment } from './environment.ts';
import type { SuiteEvent } from './events.ts';
import type { PlannedCase, PlannedTrial, SuitePlan } from './plan.ts';
import type { SuiteRequest } from './request.ts';
import { runTrial } from './trial.ts';

export interface RunOptions {
  readonly runId: string;
  /** How endpoints reach the network, by `requireIo`. */
  readonly io: IoChoice;
  /** As asked for, for the record. */
  readonly requested: Record<string, unknown>;
  /** Ends the run after, and without, the trial at hand. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: SuiteEvent) => void;
  /** Called at the start, after every trial and at the end, and awaited: what is finished is safe before the next starts. */
  readonly save: (record: RunRecord) => Promise<void>;
}

/** @throws UserError when this machine does not have what was asked for */
export async function requireIo(asked: SuiteRequest['io']): Promise<IoChoice> {
  return await chooseIo(asked).catch((error: Error) => {
    throw new UserError(`--io ${asked}: ${error.message}; use --io node`, 3);
  });
}

/** Runs a planned suite to its end, or until it is told to stop; the record holds what was measured either way. */
export async function runSuite(request: SuiteRequest, plan: SuitePlan, options: RunOptions): Promise<RunRecord> {
  const { io } = options;
  const lab = plan.cases.some((planned) => planned.profile) ? await availableLab() : undefined;
  const record: RunRecord = {
    formatVersion: FORMAT_VERSION,
    runId: options.runId,
    state: 'running',
    startedAt: new Date().toISOString(),
    environment: describeEnvironment(),
    requested: options.requested,
    effective: {
      seed: request.seed,
      trials: request.trials,
      io,
      emulator: lab && 'reason' in lab ? { name: 'none', reason: lab.reason } : { name: lab ? 'user' : 'none' },
    },
    cases: plan.cases.map((planned) => planned.record),
    trials: [],
  };
  await options.save(record);
  const runner = new Runner(request, io.name, lab, options);
  try {
    for (const [index, trial] of plan.trials.entries()) {
      if (options.signal.aborted) break;
      const planned = plan.cases[trial.case] as PlannedCase;
      options.onEvent({ type: 'trial-started', index, total: plan.trials.length, planned, trial: trial.trial });
      const finished = await runner.run(planned, trial, index + 1);
      record.trials.push(finished);
      await options.save(record);
      options.onEvent({ type: 'trial-finished', index, total: plan.trials.length, planned, trial: finished });
    }
  } finally {
    await runner.close();
  }
  record.state = options.signal.aborted ? 'interrupted' : 'completed';
  record.finishedAt = new Date().toISOString();
  await options.save(record);
  return record;
}

/** The emulator's packet sockets need io/linux, whatever the endpoints use. */
export async function availableLab(): Promise<Launcher | NoLab> {
  const { reason } = await chooseIo('auto');
  if (reason) return { reason, remedy: 'run on 64-bit Linux with the koffi package in working order (npm ci)' };
  return findLauncher();
}

/** Ports (EAGAIN is UDP's way to say so when it connects), descriptors, memory. */
const EXHAUSTED: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']);

/** Keeps arenas warm from trial to trial, and replaces one that has broken. */
class Runner {
  readonly #request: SuiteRequest;
  readonly #io: 'linux' | 'node';
  readonly #lab: Launcher | NoLab | undefined;
  readonly #options: RunOptions;
  readonly #arenas = new Map<'loopback' | 'lab', Promise<Arena>>();

  constructor(request: SuiteRequest, io: 'linux' | 'node', lab: Launcher | NoLab | undefined, options: RunOptions) {
    this.#request = request;
    this.#io = io;
    this.#lab = lab;
    this.#options = options;
  }

  async run(planned: PlannedCase, trial: PlannedTrial, id: number): Promise<Trial> {
    const unsupported = planned.unsupported ?? (planned.profile && this.#noLab());
    if (unsupported) return { ...trial, state: 'unsupported', ...unsupported };
    const kind = planned.profile ? 'lab' : 'loopback';
    const startedAt = new Date().toISOString();
    const samples: Sample[] = [];
    try {
      const arena = await this.#untilAborted(() => this.#arena(kind));
      const raw = await this.#untilAborted(() =>
        runTrial(arena, planned, trial, id, {
          io: this.#io,
          warmupSeconds: this.#request.warmupSeconds,
          timeoutSeconds: this.#request.timeoutSeconds,
          ...(this.#request.configPath ? { configPath: this.#request.configPath } : {}),
          onSamples: (some) => this.#take(some, samples),
        }),
      );
      return completeTrial(planned, trial, startedAt, raw, samples);
    } catch (error) {
      await this.#discard(kind);
      if (this.#options.signal.aborted) return { ...trial, state: 'aborted', reason: 'the run was interrupted' };
      const { message, code = '' } = error as NodeJS.ErrnoException;
      // The machine has run out of something: that says nothing about the transport.
      return { ...trial, state: EXHAUSTED.has(code) ? 'unsupported' : 'failed', reason: message };
    }
  }

  #noLab(): NoLab | undefined {
    return this.#lab && 'reason' in this.#lab ? { reason: this.#lab.reason, remedy: this.#lab.remedy } : undefined;
  }

  /** Kept as a promise: an arena that is still being opened when the run is interrupted has to be closed too. */
  #arena(kind: 'loopback' | 'lab'): Promise<Arena> {
    const known = this.#arenas.get(kind);
    if (known) return known;
    const opening = Arena.open(kind === 'lab' ? (this.#lab as Launcher) : undefined);
    this.#arenas.set(kind, opening);
    return opening;
  }

  async #untilAborted<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.#options;
    return await new Promise((resolve, reject) => {
      const onAbort = (): void => reject(new Error('interrupted'));
      signal.addEventListener('abort', onAbort, { once: true });
      work()
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  #take(some: readonly Sample[], samples: Sample[]): void {
    samples.push(...some);
    for (const { metric, value } of some) this.#options.onEvent({ type: 'sample', metric, value });
  }

  async #discard(kind: 'loopback' | 'lab'): Promise<void> {
    const arena = this.#arenas.get(kind);
    this.#arenas.delete(kind);
    const open = await arena?.catch(() => undefined);
    await open?.close();
  }

  async close(): Promise<void> {
    await Promise.all([this.#discard('loopback'), this.#discard('lab')]);
  }
}
