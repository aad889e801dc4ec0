import { fileURLToPath } from 'node:url';
import { execute, type Outcome } from '../e2e/cli.ts';
import { type Requirement, requirement } from '../requirements.ts';

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * Runs a command as root in a virtual machine whose kernel has netem, with the files of this one, and whose clock counts
 * instructions: see run.sh. With `skip`, idle waits are skipped.
 */
export const inVm = (command: readonly string[], waits?: 'skip'): Promise<Outcome> =>
  execute(script('run.sh'), ['-i', ...(waits === 'skip' ? ['-s'] : []), ...command]);

/** A script of this folder, in the guest. */
export const guestScript = (name: string): readonly string[] => ['bash', script(name)];

/** QEMU, and a kernel that prepare.sh has fetched. */
export const virtualMachine: Requirement = requirement('virtual machine', async () => {
  const { code, stderr } = await execute(script('run.sh'), ['-n']);
  return code === 0 ? undefined : stderr.trim();
});
