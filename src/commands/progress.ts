import type { WriteStream } from 'node:tty';
import { formatBitRate } from '../record/units.ts';
import type { SuiteEvent } from '../suite/events.ts';
import type { PlannedCase, SuitePlan } from '../suite/plan.ts';
import type { SuiteRequest } from '../suite/request.ts';
import { preparationSeconds, trialSeconds } from './estimate.ts';

const REDRAW_MS = 100;

/** Live progress on stderr: one line that is redrawn on a terminal; elsewhere a line per link that is calibrated and per finished trial. */
export class Progress {
  readonly #stream: NodeJS.WriteStream | WriteStream;
  readonly #started = Date.now();
  /** Estimated seconds, trial by trial. */
  readonly #estimates: readonly number[];
  readonly #preparation: number;
  /** When the first trial began, in ms. */
  #measuring: number | undefined;
  #done = 0;
  #current = '';
  #goodput: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream | WriteStream, request: SuiteRequest, { cases, trials }: SuitePlan) {
    this.#stream = stream;
    const perCase = cases.map((planned) => trialSeconds(planned, request));
    this.#estimates = trials.map((trial) => perCase[trial.case]);
    this.#preparation = preparationSeconds(cases);
    const estimate = clock(this.#preparation + sum(this.#estimates));
    stream.write(
      `${cases.length} cases x ${request.trials} trials = ${trials.length} trials, about ${estimate}; seed ${request.seed}\n`,
    );
    if (stream.isTTY) this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  show(event: SuiteEvent): void {
    switch (event.type) {
      case 'preparing':
        this.note(event.what);
        if (!this.#stream.isTTY) this.#line(this.#current);
        return;
      case 'warning':
        return this.#line(event.text);
      case 'trial-started':
        this.#measuring ??= Date.now();
        this.#current = label(event.planned);
        this.#goodput = undefined;
        return;
      case 'sample':
        if (event.metric === 'goodput_bps') this.#goodput = event.value;
        return;
      case 'trial-finished':
        this.#done = event.index + 1;
        if (!this.#stream.isTTY || event.trial.state !== 'completed') this.#line(summary(event));
    }
  }

  note(what: string): void {
    this.#current = what;
    this.#goodput = undefined;
  }

  #line(text: string): void {
    this.#stream.write(`${this.#stream.isTTY ? '\r\x1b[K' : ''}${text}\n`);
  }

  #draw(): void {
    const goodput = this.#goodput === undefined ? '' : `  ${formatBitRate(this.#goodput)}`;
    const text = `[${this.#done}/${this.#estimates.length}] ${this.#current}${goodput}  ${clock(this.#left(Date.now()))} left`;
    this.#stream.write(`\r\x1b[K${text.slice(0, (this.#stream.columns ?? 80) - 1)}`);
  }

  /** Seconds, by the pace so far once there is one. */
  #left(now: number): number {
    const all = sum(this.#estimates);
    if (this.#measuring === undefined) return Math.max(0, this.#preparation + all - (now - this.#started) / 1e3);
    const elapsed = (now - this.#measuring) / 1e3;
    const done = sum(this.#estimates.slice(0, this.#done));
    return Math.max(0, (done > 0 ? (elapsed / done) * all : all) - elapsed);
  }

  finish(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write('\r\x1b[K');
  }
}

const sum = (seconds: readonly number[]): number => seconds.reduce((total, one) => total + one, 0);

const label = ({ record }: PlannedCase): string =>
  `${record.transport.label}  ${record.scenario.label}  ${record.link.label}`;

function summary(event: Extract<SuiteEvent, { type: 'trial-finished' }>): string {
  const { trial, planned, index, total } = event;
  const goodput = trial.state === 'completed' ? trial.metrics['goodput_bps'] : undefined;
  const outcome =
    trial.state !== 'completed'
      ? `${trial.state}: ${trial.reason}`
      : goodput === undefined
        ? 'completed'
        : formatBitRate(goodput);
  return `[${index + 1}/${total}] ${label(planned)}  ${outcome}`;
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
