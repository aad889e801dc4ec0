import { fileURLToPath } from 'node:url';
import { execute, type Outcome } from '../e2e/cli.ts';
import { type Requirement, requirement } from '../requirements.ts';

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface VmOptions {
  /** The guest's clock counts instructions: times are exact, whatever the host does. */
  readonly exactTime?: boolean;
}

/** Runs a command as root in a virtual machine whose kernel has netem, with the files of this one: see run.sh. */
export const inVm = (command: readonly string[], { exactTime = false }: VmOptions = {}): Promise<Outcome> =>
  execute(script('run.sh'), [...(exactTime ? ['-i'] : []), ...command]);

/** A script of this folder, in the guest. */
export const guestScript = (name: string): readonly string[] => ['bash', script(name)];

/** QEMU, and a kernel that prepare.sh has fetched. */
export const virtualMachine: Requirement = requirement('virtual machine', async () => {
  const { code, stderr } = await execute(script('run.sh'), ['-n']);
  return code === 0 ? undefined : stderr.trim();
});
