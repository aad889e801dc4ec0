import type { Sample } from '../endpoint/protocol.ts';
import { isExhausted } from '../io/exhausted.ts';
import { chooseIo, type IoChoice } from '../io/index.ts';
import { UserError } from '../record/errors.ts';
import { FORMAT_VERSION, type RunRecord } from '../record/schema.ts';
import { Arena } from './arena.ts';
import { type Calibration, Calibrator } from './calibrate.ts';
import { completeTrial, type FinishedTrial } from './complete.ts';
import { type Emulator, findEmulator, type LabEmulator, refusalOf } from './emulator.ts';
import { describeEnvironment } from './environment.ts';
import type { SuiteEvent } from './events.ts';
import {
  type AskedLink,
  type AskedTransport,
  type PlannedCase,
  type PlannedTrial,
  type SuitePlan,
  type Unsupported,
  wrongIo,
} from './plan.ts';
import type { TrialQlog } from './qlog.ts';
import type { SuiteRequest } from './request.ts';
import { runTrial, type TrialSettings } from './trial.ts';

export interface RunOptions {
  readonly runId: string;
  /** How endpoints reach the network, by `requireIo`. */
  readonly io: IoChoice;
  /** As asked for, for the record. */
  readonly requested: Record<string, unknown>;
  /** Where events go, by number of the trial in the suite, from 1: see `planQlog`. */
  readonly qlog: ReadonlyMap<number, TrialQlog>;
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
  const emulator = plan.cases.some(({ profile }) => profile) ? await findEmulator(request.emulator) : undefined;
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
      emulator:
        emulator?.name === 'none' ? { name: 'none', reason: emulator.reason } : { name: emulator?.name ?? 'none' },
    },
    cases: plan.cases.map(({ record: planned }) => ({ ...planned, link: { ...planned.link } })),
    trials: [],
  };
  await options.save(record);
  const runner = new Runner(request, io.name, emulator, options);
  try {
    await runner.calibrate(plan, record);
    await options.save(record);
    for (const [index, trial] of plan.trials.entries()) {
      if (options.signal.aborted) break;
      const planned = plan.cases[trial.case] as PlannedCase;
      options.onEvent({ type: 'trial-started', index, total: plan.trials.length, planned, trial: trial.trial });
      const finished = await runner.run(planned, trial, index + 1);
      record.trials.push(finished.trial);
      if (finished.attached) record.attachments = { ...record.attachments, ...finished.attached };
      await options.save(record);
      options.onEvent({ type: 'trial-finished', index, total: plan.trials.length, planned, trial: finished.trial });
    }
  } finally {
    await runner.close();
  }
  record.state = options.signal.aborted ? 'interrupted' : 'completed';
  record.finishedAt = new Date().toISOString();
  await options.save(record);
  return record;
}

/** Keeps arenas warm from trial to trial, and replaces one that has broken. */
class Runner {
  readonly #request: SuiteRequest;
  readonly #io: 'linux' | 'node';
  /** Undefined where no case needs one. */
  readonly #emulator: Emulator | undefined;
  readonly #options: RunOptions;
  readonly #arenas = new Map<'loopback' | 'lab', Promise<Arena>>();
  /** See `Calibrator.ceiling`. */
  #ceiling: number | undefined;
  /** By the label of the link. */
  readonly #calibrations = new Map<string, Calibration>();
  /** Labels of transports that need no warming up any more, by arena. */
  readonly #warm = { loopback: new Set<string>(), lab: new Set<string>() };

  constructor(request: SuiteRequest, io: 'linux' | 'node', emulator: Emulator | undefined, options: RunOptions) {
    this.#request = request;
    this.#io = io;
    this.#emulator = emulator;
    this.#options = options;
  }

  /** What is found goes into the record, and decides what can be run. */
  async calibrate(plan: SuitePlan, record: RunRecord): Promise<void> {
    const emulated = plan.cases.filter((planned) => planned.profile && !this.#refusal(planned));
    const [first] = emulated;
    if (!first) return;
    const kind = this.#kindOf(first);
    if (kind === 'lab') {
      await this.#look(kind, 'calibrating the emulator', async (calibrator, { lab }) => {
        if (lab?.realTime !== undefined) record.effective.emulator.realTime = lab.realTime;
        this.#ceiling = await calibrator.ceiling();
        record.effective.emulator.ceiling = this.#ceiling;
      });
    }
    for (const label of new Set(emulated.map(({ record: { link } }) => link.label))) {
      const link = this.#request.links.find((asked) => asked.label === label) as AskedLink;
      let calibration: Calibration = {};
      const reason = await this.#look(kind, `calibrating ${label}`, async (calibrator) => {
        calibration = await calibrator.link(link);
      });
      if (reason !== undefined) calibration = { reason };
      this.#calibrations.set(label, calibration);
      for (const { link } of record.cases) if (link.label === label) link.calibration = calibration;
    }
  }

  /** An arena that breaks is made anew for what comes next. Returns why it did. */
  async #look(
    kind: 'lab' | 'loopback',
    what: string,
    look: (calibrator: Calibrator, arena: Arena) => Promise<void>,
  ): Promise<string | undefined> {
    const { signal, onEvent } = this.#options;
    try {
      if (!signal.aborted) onEvent({ type: 'preparing', what });
      const arena = await this.#untilAborted(() => this.#arena(kind));
      const settings = this.#settings(() => {});
      await this.#untilAborted(() => look(new Calibrator(arena, settings, this.#request.seed), arena));
      return undefined;
    } catch (error) {
      await this.#discard(kind);
      const { message } = error as Error;
      if (!signal.aborted) onEvent({ type: 'warning', text: `${what} failed: ${message}` });
      return message;
    }
  }

  /** Where a trial has no warm-up of its own, its first one would measure Node's compiler as well. Once: what fails would fail again. */
  async #warmUp(kind: 'lab' | 'loopback', planned: PlannedCase): Promise<void> {
    const { label } = planned.record.transport;
    const cold = !this.#warm[kind].has(label);
    this.#warm[kind].add(label);
    if (!cold || planned.plan.warmup) return;
    const transport = this.#request.transports.find((asked) => asked.label === label) as AskedTransport;
    await this.#look(kind, `warming up ${label}`, (calibrator) => calibrator.warmUp(transport));
  }

  #refusal(planned: PlannedCase): Unsupported | undefined {
    return (
      planned.unsupported ??
      wrongIo(planned, this.#options.io) ??
      (this.#emulator && refusalOf(this.#emulator, planned, this.#ceiling))
    );
  }

  #kindOf({ profile }: PlannedCase): 'lab' | 'loopback' {
    return profile && this.#emulator?.name !== 'shim' ? 'lab' : 'loopback';
  }

  #settings(onSamples: TrialSettings['onSamples'], qlog?: TrialQlog): TrialSettings {
    const { warmupSeconds, timeoutSeconds, configPath } = this.#request;
    return {
      ...{ io: this.#io, warmupSeconds, timeoutSeconds, onSamples },
      ...(configPath ? { configPath } : {}),
      ...(this.#ceiling === undefined ? {} : { ceiling: this.#ceiling }),
      ...(qlog ? { qlog } : {}),
    };
  }

  async run(planned: PlannedCase, trial: PlannedTrial, id: number): Promise<FinishedTrial> {
    const unsupported = this.#refusal(planned);
    if (unsupported) return { trial: { ...trial, state: 'unsupported', ...unsupported } };
    const kind = this.#kindOf(planned);
    const startedAt = new Date().toISOString();
    const samples: Sample[] = [];
    try {
      await this.#warmUp(kind, planned);
      const arena = await this.#untilAborted(() => this.#arena(kind));
      const raw = await this.#untilAborted(() =>
        runTrial(
          arena,
          planned,
          trial,
          id,
          this.#settings((some) => this.#take(some, samples), this.#options.qlog.get(id)),
        ),
      );
      return completeTrial(planned, trial, startedAt, raw, samples, {
        ceiling: this.#ceiling,
        calibration: this.#calibrations.get(planned.record.link.label),
      });
    } catch (error) {
      await this.#discard(kind);
      if (this.#options.signal.aborted)
        return { trial: { ...trial, state: 'aborted', reason: 'the run was interrupted' } };
      const { message, code = '' } = error as NodeJS.ErrnoException;
      // The machine has run out of something: that says nothing about the transport.
      return { trial: { ...trial, state: isExhausted(code) ? 'unsupported' : 'failed', reason: message } };
    }
  }

  /** Kept as a promise: an arena that is still being opened when the run is interrupted has to be closed too. */
  #arena(kind: 'loopback' | 'lab'): Promise<Arena> {
    const known = this.#arenas.get(kind);
    if (known) return known;
    const opening = Arena.open(kind === 'lab' ? (this.#emulator as LabEmulator) : undefined);
    this.#arenas.set(kind, opening);
    return opening;
  }

  async #untilAborted<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.#options;
    if (signal.aborted) throw new Error('the run was interrupted');
    return await new Promise((resolve, reject) => {
      const onAbort = (): void => reject(new Error('the run was interrupted'));
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
