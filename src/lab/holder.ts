import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Says that it is there, waits for the end of its input, then ends all others in its network namespace, however they got away from
 * their parents; again and again, since a process may have forked meanwhile.
 */
const SCRIPT = `
echo
read -r _
rounds=100
while [ $rounds -gt 0 ]; do
  others=
  for process in /proc/[0-9]*; do
    pid=\${process#/proc/}
    if [ "$pid" != $$ ] && [ "$process/ns/net" -ef "/proc/$$/ns/net" ] && kill -9 "$pid" 2>/dev/null; then others=1; fi
  done
  [ "$others" ] || break
  rounds=$((rounds - 1))
done
`;

/**
 * A process that does nothing but hold a network namespace. It ends when this process does, be it by kill -9, and with it everything that
 * runs there: a namespace is what no process gets out of by forking, new sessions or new groups.
 */
export class Holder {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** `prefix`: a command line that executes what follows it in a new network namespace. */
  static async start(prefix: readonly string[]): Promise<Holder> {
    const [command, ...args] = [...prefix, 'sh', '-c', SCRIPT, 'netduel-holder'];
    // In a session of its own: what is typed at the terminal is not for it.
    const child = spawn(command as string, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (data: Buffer) => {
        said += data;
      });
      child.stdout.once('data', () => resolve());
      child.on('error', reject);
      child.on('close', (status) => reject(new Error(`no network namespace can be held (${status}): ${said.trim()}`)));
    });
    return new Holder(child);
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  /** Resolves when nothing runs in the namespace any more. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#process.exitCode !== null || this.#process.signalCode !== null) return resolve();
      this.#process.once('close', () => resolve());
      this.#process.stdin?.end();
    });
  }
}
