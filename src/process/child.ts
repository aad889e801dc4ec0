import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HOST = fileURLToPath(new URL('./host.js', import.meta.url));
const STDERR_KEPT = 4096;

/** Why a child is no more: in words that can stand in a record. */
export class ChildDied extends Error {}

/**
 * A process of ours whose main thread relays between this process and a worker thread that does the work. It ends when
 * this process ends, however that happens: its end of the channel closes.
 */
export class Child<Sent extends object, Received extends object> {
  readonly name: string;
  onMessage: (message: Received) => void = () => {};
  readonly #process: ChildProcess;
  #stderr = '';
  #stopped = false;
  #dead: ChildDied | undefined;
  readonly #mourners = new Set<(error: ChildDied) => void>();

  /** `prefix` is a command line that executes what follows it, such as nsenter(1)'s or unshare(1)'s. */
  constructor(name: string, prefix: readonly string[], worker: URL) {
    this.name = name;
    const [command, ...args] = [...prefix, process.execPath, HOST, fileURLToPath(worker)];
    this.#process = spawn(command as string, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.#process.stderr?.on('data', (data: Buffer) => {
      this.#stderr = (this.#stderr + data.toString()).slice(-STDERR_KEPT);
    });
    this.#process.on('message', (message) => this.onMessage(message as Received));
    this.#process.on('error', (error) => this.#died(`could not be started: ${error.message}`));
    this.#process.on('close', (code, signal) => this.#died(signal ? `was ended by ${signal}` : `exited with ${code}`));
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  #died(how: string): void {
    if (this.#dead) return;
    const said = this.#stderr.trim().split('\n').at(-1);
    this.#dead = new ChildDied(`the ${this.name} process ${how}${said ? ` (${said})` : ''}`);
    if (this.#stopped) return;
    for (const tell of this.#mourners) tell(this.#dead);
  }

  send(message: Sent): void {
    // A child that dies while a message is on its way is told of by `onDeath`.
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  /** Calls `tell` with the cause when the process is no more, unless `stop` came first. Returns what takes that back. */
  onDeath(tell: (error: ChildDied) => void): () => void {
    if (this.#dead && !this.#stopped) tell(this.#dead);
    this.#mourners.add(tell);
    return () => this.#mourners.delete(tell);
  }

  /** Resolves with the next message that `pick` accepts; rejects when the child dies. Takes over `onMessage`. */
  receive<T extends Received>(pick: (message: Received) => message is T): Promise<T> {
    return new Promise((resolve, reject) => {
      const forget = this.onDeath(reject);
      this.onMessage = (message) => {
        if (!pick(message)) return;
        forget();
        resolve(message);
      };
    });
  }

  /** Ends the process at once. */
  stop(): Promise<void> {
    this.#stopped = true;
    return new Promise((resolve) => {
      if (this.#dead || this.#process.exitCode !== null || this.#process.signalCode !== null) return resolve();
      this.#process.once('close', () => resolve());
      this.#process.kill('SIGKILL');
    });
  }
}
