import { type ChildProcess, spawn } from 'node:child_process';
import type { Session } from '../lab/session.ts';
import { socketsOf } from '../lab/sockets.ts';
import { UserError } from '../record/errors.ts';
import { commandAt, statusOf } from './lab-client.ts';

/** How long a server may take until it listens. */
const START_MS = 2000;
/** How long it may go on when the client has ended: at least, and at most while it still has connections. */
const LEAST_MS = 250;
const MOST_MS = 2000;
/** From SIGTERM to SIGKILL. */
const TERM_MS = 1000;
const LOOK_MS = 20;
const STDERR_KEPT = 4096;

const look = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_MS));

/** The command at the other end, in a session of its own: neither Ctrl-C nor the client's end is for it. */
export class Server {
  readonly #session: Session;
  readonly #process: ChildProcess;
  /** Undefined while it runs. */
  #status: number | undefined;
  #stderr = '';
  #shows = false;

  private constructor(session: Session, commandLine: string) {
    this.#session = session;
    const [command, args] = commandAt(session, 'server', ['sh', '-c', commandLine]);
    const child = spawn(command, args, {
      // Stdout is for the client's command.
      stdio: ['ignore', process.stderr.fd, 'pipe'],
      detached: true,
      env: { ...process.env, ...session.environment },
    });
    child.stderr?.on('data', (data: Buffer) => {
      if (this.#shows) process.stderr.write(data);
      else this.#stderr = (this.#stderr + data.toString()).slice(-STDERR_KEPT);
    });
    child.on('error', () => {
      this.#status = 127;
    });
    child.on('exit', (code, signal) => {
      this.#status = statusOf(code, signal);
    });
    this.#process = child;
  }

  /**
   * Resolves when something listens there, or when the time for that is over. @throws UserError when the command fails before, or has
   * ended by then without leaving anything that listens
   */
  static async start(session: Session, commandLine: string): Promise<Server> {
    const server = new Server(session, commandLine);
    const pid = session.pid('server');
    const deadline = performance.now() + START_MS;
    while (socketsOf(pid).listening === 0) {
      const over = performance.now() >= deadline;
      // Status 0 may be that of `command &`, which needs its time still.
      if (server.#status !== undefined && (over || server.#status !== 0)) {
        throw await server.#early(commandLine, server.#status);
      }
      if (over) break;
      await look();
    }
    server.#shows = true;
    process.stderr.write(server.#stderr);
    return server;
  }

  async #early(commandLine: string, status: number): Promise<UserError> {
    // Its last words may still be on their way.
    await look();
    const said = this.#stderr.trim();
    return new UserError(
      `the server command '${commandLine}' ended with status ${status} before anything listened${said ? `:\n${said}` : ''}`,
    );
  }

  /** Lets it end, or ends it; resolves with its status if it has ended by itself. */
  async finish(): Promise<number | undefined> {
    const start = performance.now();
    const pid = this.#session.pid('server');
    for (let passed = 0; this.#status === undefined; passed = performance.now() - start) {
      if (passed > MOST_MS || (passed > LEAST_MS && socketsOf(pid).open === 0)) {
        await this.#end();
        return undefined;
      }
      await look();
    }
    return this.#status;
  }

  async #end(): Promise<void> {
    this.#signal('SIGTERM');
    const deadline = performance.now() + TERM_MS;
    while (this.#status === undefined && performance.now() < deadline) await look();
    if (this.#status === undefined) this.#signal('SIGKILL');
  }

  /** To all of its process group. */
  #signal(signal: NodeJS.Signals): void {
    if (this.#process.pid !== undefined && this.#status === undefined) process.kill(-this.#process.pid, signal);
  }
}
