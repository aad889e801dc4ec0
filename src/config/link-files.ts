import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProfileFiles } from '../link/files.ts';
import { UserError } from '../record/errors.ts';

/** Beside src/ and dist/ alike. */
const SHIPPED = fileURLToPath(new URL('../../traces/', import.meta.url));

/** Files that profiles name. A relative path counts from `folder`; what is not there may be a trace that netduel ships. */
export function filesIn(folder: string): ProfileFiles {
  return {
    read(path) {
      const own = resolve(folder, path);
      return existsSync(own) || basename(path) !== path ? readText(own) : shippedFiles.read(path);
    },
  };
}

/** The traces that netduel ships, and nothing else. */
export const shippedFiles: ProfileFiles = {
  read: (name) => readText(resolve(SHIPPED, basename(name))),
};

/** The text of a link file; undefined when there is none of that name. */
export function readLinkFile(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readText(path);
  } catch (error) {
    throw new UserError(`link file ${path} cannot be read: ${(error as Error).message}`);
  }
}

function readText(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new Error('there is no such file');
  if (found.isDirectory()) throw new Error('it is a folder; name a file in it');
  return readFileSync(path, 'utf8');
}
