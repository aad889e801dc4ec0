import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect } from 'vitest';

export interface Process {
  readonly pid: number;
  readonly kind: 'middlebox' | 'endpoint';
  /** `net:[inode]` */
  readonly namespace: string;
}

const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const pids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const namespaceOf = (pid: number): string | undefined => attempt(() => readlinkSync(`/proc/${pid}/ns/net`));

/** The processes that a running netduel has started, oldest first: of two endpoints, the client. */
function childrenOf(parent: number): Process[] {
  return pids().flatMap((pid) => {
    // pid (comm) state ppid ...; the name in parentheses may hold anything.
    const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
    if (Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) !== parent) return [];
    const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '';
    const kind = (['middlebox', 'endpoint'] as const).find((name) => command.includes(`/${name}.js`));
    const namespace = namespaceOf(pid);
    return kind && namespace ? [{ pid, kind, namespace }] : [];
  });
}

/** Polls until `look` finds something, for at most five seconds. */
async function eventually<T>(what: string, look: () => T | undefined): Promise<T> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within 5 s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The three processes of the lab of a running netduel, each in a network namespace of its own. */
export function labOf(pid: number): Promise<Process[]> {
  return eventually('a lab of three processes', () => {
    const found = childrenOf(pid);
    return new Set(found.map(({ namespace }) => namespace)).size === 3 && found.length === 3 ? found : undefined;
  });
}

export const hostInterfaces = (): string[] => readdirSync('/sys/class/net').sort();

/**
 * Everything that descends from a command that was started with `mark` in its environment has ended, and with it the
 * namespaces: nothing but a mount could still hold one. (Their inode numbers are no evidence: the kernel reuses them at once.)
 */
export async function expectGone(mark: string, processes: readonly Process[]): Promise<void> {
  const left = (): string[] => [
    ...pids().flatMap((pid) => {
      const marked = attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8'))?.includes(mark);
      return marked ? [attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? String(pid)] : [];
    }),
    ...readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => processes.some(({ namespace }) => line.includes(namespace))),
  ];
  await eventually('the end of processes and namespaces', () => (left().length === 0 ? true : undefined)).catch(
    () => {},
  );
  expect(left()).toEqual([]);
}
