import type { Running } from '../cli.ts';

/** Ends a program as Ctrl-C does, if it has not ended by itself. */
export async function interrupt({ pid, ended }: Running): Promise<void> {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It says itself why it has ended.
  }
  await ended;
}
