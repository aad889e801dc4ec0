import type { Trial } from '../record/schema.ts';
import type { PlannedCase } from './plan.ts';

/** What happens while a suite runs, for whoever shows it. */
export type SuiteEvent =
  | { type: 'preparing'; what: string }
  | { type: 'warning'; text: string }
  | { type: 'trial-started'; index: number; total: number; planned: PlannedCase; trial: number }
  | { type: 'sample'; metric: string; value: number }
  | { type: 'trial-finished'; index: number; total: number; planned: PlannedCase; trial: Trial };
