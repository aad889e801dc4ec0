import type { CompletedTrial, RunRecord, Trial } from '../../record/schema.ts';
import { median } from '../../stats/quantile.ts';
import type { AskedCase, Side } from './claim.ts';

/** What a run recorded of one transport. */
export class Evidence {
  readonly label: string;
  /** Of the registry: what the claims go by. */
  readonly name: string;
  readonly #run: RunRecord;

  constructor(run: RunRecord, label: string) {
    this.#run = run;
    this.label = label;
    this.name = run.cases.find((entry) => entry.transport.label === label)?.transport.name ?? label;
  }

  /** Whom it is held against: TCP, or UDP for TCP itself. Undefined where the run has none of that. */
  get rival(): Evidence | undefined {
    const other: Side = this.name === 'tcp' ? 'udp' : 'tcp';
    const found = this.#run.cases.find((entry) => entry.transport.name === other);
    return found && new Evidence(this.#run, found.transport.label);
  }

  /** Whether it was to be run, whatever came of it. */
  planned(asked: AskedCase): boolean {
    return this.#index(asked) >= 0;
  }

  #index({ scenario, link }: AskedCase): number {
    return this.#run.cases.findIndex(
      (entry) => entry.transport.label === this.label && entry.scenario.label === scenario && entry.link.label === link,
    );
  }

  trials(asked: AskedCase): Trial[] {
    const index = this.#index(asked);
    return index < 0 ? [] : this.#run.trials.filter((trial) => trial.case === index);
  }

  completed(asked: AskedCase): CompletedTrial[] {
    return this.trials(asked).filter((trial) => trial.state === 'completed');
  }

  /** Over the completed trials that have it. */
  median(asked: AskedCase, metric: string): number | undefined {
    const values = this.completed(asked).flatMap((trial) => trial.metrics[metric] ?? []);
    return values.length === 0 ? undefined : median(values);
  }

  /** In all completed trials together; a trial without it adds nothing. */
  total(asked: AskedCase, metric: string): number {
    return this.completed(asked).reduce((sum, trial) => sum + (trial.metrics[metric] ?? 0), 0);
  }
}
