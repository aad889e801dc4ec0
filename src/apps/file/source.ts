import { closeSync, fstatSync, openSync, readvSync, type Stats, statSync } from 'node:fs';
import { UserError } from '../../record/errors.ts';

/** IOV_MAX of Linux. */
const MAX_VIEWS = 1024;

/** Why a file cannot be sent, in words and with a way out; undefined where it can. */
export function refusalOf(path: string): string | undefined {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return `'${path}' is a directory; name a file, such as a tar archive of it`;
    if (!found.isFile()) return `'${path}' is no regular file; copy what it gives into one first`;
    closeSync(openSync(path, 'r'));
    return undefined;
  } catch (error) {
    return reasonOf(path, error as NodeJS.ErrnoException);
  }
}

function reasonOf(path: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return `there is no file '${path}'; paths count from where netduel runs`;
  if (code === 'EACCES') return `'${path}' may not be read by this user; change its mode (chmod), or copy it`;
  return `'${path}' cannot be read: ${message}`;
}

/** A file while it is sent: what it was when it was opened is what is sent, or there is an error. */
export class FileSource {
  readonly path: string;
  readonly fd: number;
  readonly bytes: number;
  readonly #opened: Stats;

  /** @throws UserError for what is no file that can be read */
  constructor(path: string) {
    const refusal = refusalOf(path);
    if (refusal) throw new UserError(refusal);
    this.path = path;
    this.fd = openSync(path, 'r');
    this.#opened = fstatSync(this.fd);
    this.bytes = this.#opened.size;
  }

  /** Fills the views, one behind the other, with what stands from `at` on. @throws when there is less */
  read(views: readonly Uint8Array[], at: number): void {
    for (let first = 0; first < views.length; first += MAX_VIEWS) {
      const some = views.slice(first, first + MAX_VIEWS);
      const wanted = some.reduce((sum, { length }) => sum + length, 0);
      if (readvSync(this.fd, some, at) < wanted) throw this.#changed();
      at += wanted;
    }
  }

  /** @throws when it is not what it was: what has been sent may then be a mixture of old and new */
  check(): void {
    const { size, mtimeMs, nlink } = fstatSync(this.fd);
    if (nlink === 0 || size !== this.bytes || mtimeMs !== this.#opened.mtimeMs) throw this.#changed();
  }

  #changed(): Error {
    const { size, nlink } = fstatSync(this.fd);
    if (nlink === 0) return new Error(`'${this.path}' was deleted or replaced while it was sent; send it again`);
    const how =
      size === this.bytes
        ? 'was written to'
        : `${size > this.bytes ? 'grew' : 'shrank'} from ${this.bytes} to ${size} bytes`;
    return new Error(`'${this.path}' ${how} while it was sent; send it again once nobody writes to it`);
  }

  close(): void {
    closeSync(this.fd);
  }
}
