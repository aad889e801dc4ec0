import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../record/errors.ts';

/** The absolute path of a capture. Opens nothing: a FIFO would wait for its reader. @throws UserError */
export function capturePath(given: string, cwd: string): string {
  if (given === '') throw new UserError("--pcap '': no name of a file; name one that can be written");
  const path = resolve(cwd, given);
  const found = existing(path);
  if (found && !found.isFile()) throw new UserError(`--pcap ${given}: not a file; name one that can be written`);
  return path;
}

/**
 * Makes sure that the file can be written: makes it where it is not there, and leaves it alone otherwise. What comes back removes it again
 * if it was made here. @throws UserError
 */
export function claimCapture(path: string): () => void {
  const made = existing(path) === undefined;
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new UserError(`--pcap ${path}: ${(error as Error).message}; name a file that can be written`);
  }
  return () => {
    if (made) rmSync(path, { force: true });
  };
}

/** Undefined also where the folder is none: opening says why. */
function existing(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
