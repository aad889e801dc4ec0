import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  statfsSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { FileSink } from '../sink.ts';
import { PART } from './name.ts';

const { O_RDWR, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

export interface Place {
  readonly folder: string;
  /** A safe one. */
  readonly name: string;
  /** Whether what stands there may be replaced. */
  readonly force: boolean;
}

/** Why nothing can be put there, in words; undefined where it can. */
export function occupied({ folder, name, force }: Place): string | undefined {
  const found = lstatSync(join(folder, name), { throwIfNoEntry: false });
  if (!found) return undefined;
  if (found.isDirectory()) return `there is a directory '${name}' at the receiver`;
  return force ? undefined : `there is a file '${name}' at the receiver already; --force at the receiver replaces it`;
}

/**
 * Where a file is put together: NAME.part, which becomes NAME when it is whole, in one step. Nothing is written through symbolic
 * links, and nothing outside of the folder.
 */
export class Destination {
  readonly path: string;
  readonly partPath: string;
  readonly sink: FileSink;
  /** What there was when it was opened. */
  readonly had: number;
  readonly #place: Place;

  /** @throws what the file system says */
  constructor(place: Place) {
    this.#place = place;
    this.path = join(place.folder, place.name);
    this.partPath = this.path + PART;
    // O_NONBLOCK: a pipe of that name would be waited for.
    const fd = openSync(this.partPath, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o666);
    const found = fstatSync(fd);
    if (!found.isFile()) {
      closeSync(fd);
      throw new Error(`'${this.partPath}' is no regular file`);
    }
    this.had = found.size;
    this.sink = new FileSink(fd);
  }

  /** Why so many more bytes have no room, as far as can be seen before. */
  lacksRoom(bytes: number): string | undefined {
    const { bavail, bsize } = statfsSync(this.#place.folder);
    const free = bavail * bsize;
    return bytes > free
      ? `${bytes} bytes are to come, but only ${free} are free where the receiver puts them`
      : undefined;
  }

  /** What is kept of it: the first so many bytes. */
  truncate(bytes: number): void {
    ftruncateSync(this.sink.fd, bytes);
  }

  /** To the disk, and under its own name. @throws what the file system says, and when somebody else has made a file of that name */
  publish(): void {
    this.sink.sync();
    if (this.#place.force) renameSync(this.partPath, this.path);
    else linkInto(this.partPath, this.path, this.#place);
    syncFolder(this.#place.folder);
    this.sink.close();
  }

  /** Leaves NAME.part as it is, unless there is nothing in it; returns its length. */
  leave(): number {
    try {
      this.sink.sync();
      return fstatSync(this.sink.fd).size;
    } finally {
      const empty = fstatSync(this.sink.fd).size === 0;
      this.sink.close();
      if (empty) unlinkSync(this.partPath);
    }
  }
}

/** As a rename, but for never replacing anything. */
function linkInto(from: string, to: string, place: Place): void {
  try {
    linkSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const taken = occupied(place);
    if (code === 'EEXIST' || taken) throw new Error(taken ?? `there is a file '${to}' already`);
    // A file system without links: nothing better is left than to have looked.
    renameSync(from, to);
    return;
  }
  unlinkSync(from);
}

/** The name is on the disk too then, where folders can be synced. */
function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, 'r');
    fsyncSync(fd);
    closeSync(fd);
  } catch {
    // Windows has no such thing.
  }
}
