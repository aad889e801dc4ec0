import { spawnSync } from 'node:child_process';
import { findLauncher, type NoLab } from '../launcher.ts';
import { accepts, batch, showQdiscs } from './iproute.ts';
import type { TcSupport } from './tc-commands.ts';

/** What tc(8) and the kernel can do, tried on `dev`, which has no qdisc afterwards. */
export function probeTc(dev: string): TcSupport {
  const netem = (words: string): boolean => accepts(`qdisc replace dev ${dev} root handle 1: netem limit 1 ${words}`);
  // An old kernel takes a seed from a new tc and does nothing with it.
  const seed = netem('seed 1') && showQdiscs().includes('"seed":1');
  const nanoseconds = netem('delay 1ns');
  batch('tc', [`qdisc replace dev ${dev} root noqueue`]);
  return { seed, nanoseconds };
}

const ELSEWHERE = 'or use --emulator user';

/** What the kernel's link needs, and what to do where it is missing. */
const NEEDS = [
  {
    command: 'tc -V',
    reason: "the program 'tc' is not on PATH",
    remedy: `install iproute2 (Fedora: iproute-tc) or add /usr/sbin to PATH, ${ELSEWHERE}`,
  },
  {
    command: 'tc qdisc add dev lo root netem delay 1ms',
    reason: 'this kernel has no netem',
    remedy: `load it (modprobe sch_netem; on Fedora it is in kernel-modules-extra), run a kernel that has it, ${ELSEWHERE}`,
  },
  {
    command: 'ip link add br0 type bridge',
    reason: 'this kernel has no bridge',
    remedy: `load it (modprobe bridge), run a kernel that has it, ${ELSEWHERE}`,
  },
];

/** Whether the kernel can be the link of a lab: tries it in a namespace that is gone at once. */
export function kernelNetemSupport(): { readonly ok: true } | NoLab {
  const launcher = findLauncher();
  if ('reason' in launcher) return launcher;
  const script = NEEDS.map(({ command }, i) => `${command} || exit ${i + 1}`).join('\n');
  const [command, ...args] = [...launcher.inNewNamespaces, 'sh', '-c', script];
  const { status, stderr } = spawnSync(command as string, args, { encoding: 'utf8' });
  if (status === 0) return { ok: true };
  const said = stderr?.trim().split('\n').at(-1) ?? '';
  const { reason, remedy } = NEEDS[(status ?? 1) - 1] ?? NEEDS[0];
  return { reason: `${reason} (${said})`, remedy };
}
