import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { kindOf } from './kind.ts';
import type { Verdict } from './verdict.ts';

const PROCESS = fileURLToPath(new URL('./process.js', import.meta.url));
/** What is decoded at most: looking at a film would take as long as watching it. */
const MAX_BYTES = 16 << 20;
/** To end in good order what takes too long. */
const GRACE_MS = 1000;
const MAX_VERDICT_BYTES = 8 << 20;

/**
 * Holds what arrived of a picture or a clip (`fd`) against the original; undefined for what is neither. Blocks until that is done,
 * `limitMs` at most.
 */
export function judge(original: string, fd: number, bytes: number, limitMs: number): Verdict | undefined {
  if (!kindOf(firstBytes(original))) return undefined;
  if (bytes > MAX_BYTES) {
    return lacking(
      `it was not decoded: of ${bytes} bytes, more than ${MAX_BYTES}`,
      'send a shorter clip or a smaller picture',
    );
  }
  const { status, error, stdout, stderr } = spawnSync(process.execPath, [PROCESS, original, `${limitMs}`], {
    stdio: [fd, 'pipe', 'pipe'],
    timeout: limitMs + GRACE_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_VERDICT_BYTES,
    encoding: 'utf8',
  });
  if (status === 0) return JSON.parse(stdout) as Verdict;
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT' || /AbortError/.test(stderr)) {
    return lacking(
      `decoding took longer than ${limitMs / 1e3} s`,
      'allow more time (--timeout), or send something smaller',
    );
  }
  const why = error?.message ?? /^\w*Error: (.*)/m.exec(stderr)?.[1] ?? `its process ended with ${status}`;
  return lacking(`it was not decoded: ${why}`, 'see whether it can be decoded where nothing is lost (--link loopback)');
}

const lacking = (reason: string, remedy: string): Verdict => ({ exhibits: [], lack: { reason, remedy } });

function firstBytes(path: string): Buffer {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(512);
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}
