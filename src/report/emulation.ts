import type { Case, RunRecord } from '../record/schema.ts';

type Emulator = RunRecord['effective']['emulator']['name'];

/** What did the work of a case's link; nothing on loopback. */
export function emulatorOf({ effective }: Pick<RunRecord, 'effective'>, { link }: Case): Emulator {
  return link.profile === '' ? 'none' : effective.emulator.name;
}

/** What has to stand beside figures that nobody must take for those of a lab. */
export function emulationNote(run: Pick<RunRecord, 'effective'>, entry: Case): string | undefined {
  return emulatorOf(run, entry) === 'shim' ? 'emulated in process (shim), not by a lab' : undefined;
}
