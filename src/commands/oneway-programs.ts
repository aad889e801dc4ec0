import { parseDuration } from '../config/duration.ts';
import type { OnewayReadEvent } from '../programs/oneway-read.ts';
import type { OnewayServeEvent } from '../programs/oneway-serve.ts';
import type { RunningProgram } from '../programs/run.ts';
import { UserError } from '../record/errors.ts';
import { startProgram } from './program.ts';

interface Place {
  readonly transport: string;
  readonly host: string;
  readonly port: number;
}

const NEWLINE = 10;

/** Greets until Ctrl-C. */
export async function serveOneway({ text, ...place }: Place & { readonly text: string }): Promise<void> {
  const running = await startProgram({ program: 'oneway-serve', params: { text }, ...place, unframed: 'preferred' });
  let greeted = 0;
  let listening = false;
  running.onEvent = (given) => {
    const event = given as OnewayServeEvent;
    if (event.type === 'greeted') {
      greeted++;
      return;
    }
    listening = true;
    const { host, port } = event.address;
    process.stderr.write(`netduel: greeting who calls at ${host} port ${port} (${place.transport}); Ctrl-C ends it\n`);
  };
  const failure = await ended(running);
  if (failure && !listening) {
    throw new UserError(`cannot serve at ${place.host} port ${place.port}: ${failure.message}${taken(failure)}`);
  }
  if (failure) return failed(failure.message);
  process.stderr.write(`netduel: ${greeted} ${greeted === 1 ? 'greeting' : 'greetings'} sent\n`);
}

/** Prints what comes to stdout, as it is. */
export async function readOneway({ timeout, ...place }: Place & { readonly timeout: string }): Promise<void> {
  const seconds = parseDuration(timeout);
  if (seconds === undefined || seconds <= 0) {
    throw new UserError(`--timeout ${timeout}: expected a time above 0 such as 5s or 500ms`);
  }
  if (place.port === 0) throw new UserError('--port 0: whom to call has to be said; give the port of the other end');
  const params = { timeoutNs: seconds * 1e9 };
  const running = await startProgram({ program: 'oneway-read', params, ...place, unframed: 'preferred' });
  let opened = false;
  let last = NEWLINE;
  running.onEvent = (given) => {
    const event = given as OnewayReadEvent;
    if (event.type === 'opened') {
      opened = true;
      return;
    }
    process.stdout.write(event.bytes);
    last = event.bytes.at(-1) ?? last;
  };
  const failure = await ended(running);
  // So that a shell's prompt does not stand behind it.
  if (process.stdout.isTTY && last !== NEWLINE) process.stdout.write('\n');
  if (!failure) return;
  const where = `${place.host} port ${place.port}`;
  if (opened) return failed(failure.message);
  throw new UserError(
    `cannot call ${where}: ${failure.message}; start 'netduel oneway serve' there, or give another --host or --port`,
  );
}

const taken = ({ message }: Error): string =>
  message.includes('EADDRINUSE') ? '; try another --port, or --port 0 for a free one' : '';

/** What it failed with; Ctrl-C asks it to stop, and a second one does not ask. */
async function ended(running: RunningProgram): Promise<Error | undefined> {
  const stop = (): void => running.stop();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stop);
  try {
    await running.ended;
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

/** Not the command line's fault, nor this program's. */
function failed(message: string): void {
  process.stderr.write(`netduel: ${message}\n`);
  process.exitCode = 1;
}
