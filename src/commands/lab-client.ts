import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { End, Session } from '../lab/session.ts';
import { UserError } from '../record/errors.ts';

/** After SIGTERM or SIGHUP; then what is left ends with the lab. */
const PATIENCE_MS = 2000;

/**
 * The command line that runs a program at one end in the current working directory, which entering a mount namespace changes. A program
 * that is not there is status 127, as in a shell.
 */
export function commandAt(session: Session, end: End, program: readonly string[]): [string, string[]] {
  const [command, ...args] = [...session.inside(end), ...inWorkingDirectory(program)];
  return [command as string, args];
}

/** A program in the current working directory, wherever what executes it is. */
export const inWorkingDirectory = (program: readonly string[]): readonly string[] => [
  ...['sh', '-c', 'cd -- "$1" && shift && exec "$@"', 'netduel', process.cwd()],
  ...program,
];

/** What a shell calls the status of a process that has ended. */
export const statusOf = (code: number | null, signal: NodeJS.Signals | null): number =>
  signal === null ? (code ?? 0) : 128 + constants.signals[signal];

/**
 * Runs a program at the client's end as a shell would: it has our terminal and our process group, so that what is typed there is
 * for it alone to answer. Resolves with its status.
 * @throws UserError when the lab breaks meanwhile
 */
export function runClient(
  session: Session,
  program: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => {});
    let child: ChildProcess | undefined;
    // Before the program runs: it may have said that it is there, and we be told to end, before the next line is reached.
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        child?.kill(signal);
        setTimeout(() => resolve(statusOf(null, signal)), PATIENCE_MS).unref();
      });
    }
    const [command, args] = commandAt(session, 'client', program);
    child = spawn(command, args, {
      stdio: 'inherit',
      env: { ...process.env, ...session.environment, ...env },
    });
    session.onDeath((error) => reject(new UserError(`the lab has broken: ${error.message}`, 3)));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(statusOf(code, signal)));
  });
}
