import { closeSync, fsyncSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is written at once where chunks follow upon each other. */
const STAGE_BYTES = 256 << 10;

/** Bytes on their way into a file, at whatever places they belong. */
export class FileSink {
  readonly fd: number;
  readonly #stage = Buffer.allocUnsafe(STAGE_BYTES);
  #at = 0;
  #staged = 0;

  constructor(fd: number) {
    this.fd = fd;
  }

  /** `length` bytes from `from` on, to stand at `at` of the file. @throws what the file system says, such as ENOSPC */
  write(bytes: Uint8Array, from: number, length: number, at: number): void {
    if (at !== this.#at + this.#staged || this.#staged + length > STAGE_BYTES) {
      this.flush();
      this.#at = at;
    }
    if (length > STAGE_BYTES) {
      writeAll(this.fd, bytes, from, length, at);
      this.#at = at + length;
      return;
    }
    this.#stage.set(bytes.subarray(from, from + length), this.#staged);
    this.#staged += length;
  }

  flush(): void {
    const { length, at } = { length: this.#staged, at: this.#at };
    this.#staged = 0;
    this.#at += length;
    writeAll(this.fd, this.#stage, 0, length, at);
  }

  /** Flushes, and waits until the disk has it. */
  sync(): void {
    this.flush();
    fsyncSync(this.fd);
  }

  close(): void {
    closeSync(this.fd);
  }
}

function writeAll(fd: number, bytes: Uint8Array, from: number, length: number, at: number): void {
  for (let done = 0; done < length; ) done += writeSync(fd, bytes, from + done, length - done, at + done);
}

/**
 * A file of `bytes` zeros without a name: it takes no room for what is not written, and is gone with the process, however that ends.
 * @throws what the file system says
 */
export function scratchFile(bytes: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'netduel-'));
  try {
    const fd = openSync(join(folder, 'received'), 'wx+', 0o600);
    ftruncateSync(fd, bytes);
    return fd;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
