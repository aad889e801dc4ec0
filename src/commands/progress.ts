import type { WriteStream } from 'node:tty';
import { formatBitRate } from '../record/units.ts';
import type { SuiteEvent } from '../suite/events.ts';
import type { PlannedCase, SuitePlan } from '../suite/plan.ts';
import type { SuiteRequest } from '../suite/request.ts';

/** Set-up, drain and account of a trial, beside its planned times, until real ones are known. */
const OVERHEAD_SECONDS = 0.9;
const REDRAW_MS = 100;

/** Live progress on stderr: one line that is redrawn on a terminal, a line per finished trial elsewhere. */
export class Progress {
  readonly #stream: NodeJS.WriteStream | WriteStream;
  readonly #started = Date.now();
  readonly #total: number;
  readonly #estimate: number;
  #done = 0;
  #current = '';
  #goodput: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream | WriteStream, request: SuiteRequest, plan: SuitePlan) {
    this.#stream = stream;
    this.#total = plan.trials.length;
    this.#estimate = this.#total * (request.seconds + request.warmupSeconds + OVERHEAD_SECONDS);
    stream.write(
      `${plan.cases.length} cases x ${request.trials} trials = ${this.#total} trials, about ${clock(this.#estimate)}; seed ${request.seed}\n`,
    );
    if (stream.isTTY) this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  show(event: SuiteEvent): void {
    switch (event.type) {
      case 'calibrating':
        return this.note(`calibrating: ${event.what}`);
      case 'warning':
        return this.#line(event.text);
      case 'trial-started':
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
    const elapsed = (Date.now() - this.#started) / 1e3;
    // What is left by the pace so far, once there is one.
    const total = this.#done > 0 ? (elapsed / this.#done) * this.#total : this.#estimate;
    const left = Math.max(0, total - elapsed);
    const goodput = this.#goodput === undefined ? '' : `  ${formatBitRate(this.#goodput)}`;
    const text = `[${this.#done}/${this.#total}] ${this.#current}${goodput}  ${clock(left)} left`;
    this.#stream.write(`\r\x1b[K${text.slice(0, (this.#stream.columns ?? 80) - 1)}`);
  }

  finish(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write('\r\x1b[K');
  }
}

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
