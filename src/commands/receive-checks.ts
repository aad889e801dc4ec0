import { accessSync, constants, statSync } from 'node:fs';
import { safeName } from '../apps/file/transfer/name.ts';
import { UserError } from '../record/errors.ts';

/** @throws UserError for what is no folder that can be written into */
export function checkFolder(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UserError(`--into ${path}: there is no such folder; make it first (mkdir)`);
  if (!found.isDirectory()) throw new UserError(`--into ${path}: this is no folder; name one`);
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch {
    throw new UserError(`--into ${path}: this user may not write there; choose another folder`);
  }
  return path;
}

/** @throws UserError for a name that would have to be changed to be safe */
export function checkName(name: string | undefined): string | undefined {
  if (name === undefined || safeName(name) === name) return name;
  throw new UserError(
    `--as ${JSON.stringify(name)}: this is no plain name of a file; '${safeName(name)}' is (folders: --into DIR)`,
  );
}
