import type { Case, RunRecord } from '../../record/schema.ts';
import { formatSettings } from '../case-label.ts';
import { emulatorOf } from '../emulation.ts';

/** The columns that say which case a row belongs to, the same in every CSV file. */
export const IDENTITY = [
  'run_id',
  'transport',
  'transport_options',
  'scenario',
  'params',
  'link',
  'link_profile',
  'emulator',
];

export function identity(run: RunRecord, entry: Case): string[] {
  return [
    run.runId,
    entry.transport.name,
    formatSettings(entry.transport.options),
    entry.scenario.name,
    formatSettings(entry.scenario.params),
    entry.link.label,
    entry.link.profile,
    emulatorOf(run, entry),
  ];
}
