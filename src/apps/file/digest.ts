import { createHash, type Hash } from 'node:crypto';
import { readSync } from 'node:fs';
import type { Loop, Timer } from '../../io/loop.ts';

const PIECE_BYTES = 1 << 20;

/**
 * SHA-256 of the first `bytes` of an open file, a piece at every turn of the loop, so that timers and sockets get theirs too:
 * a file of some gigabytes takes seconds. `done` is given it in hexadecimal; what cannot be read throws in the loop. Cancel the
 * timer to give up.
 */
export function digest(loop: Loop, fd: number, bytes: number, done: (sha256: string) => void): Timer {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(Math.max(1, Math.min(bytes, PIECE_BYTES)));
  let at = 0;
  const timer = loop.timer(() => {
    at += add(hash, fd, piece.subarray(0, Math.min(piece.length, bytes - at)), at);
    if (at < bytes) timer.arm(loop.now());
    else done(hash.digest('hex'));
  });
  timer.arm(loop.now());
  return timer;
}

function add(hash: Hash, fd: number, piece: Buffer, at: number): number {
  if (piece.length === 0) return 0;
  const got = readSync(fd, piece, 0, piece.length, at);
  if (got === 0) throw new Error('the file has become shorter while its SHA-256 was computed');
  hash.update(piece.subarray(0, got));
  return got;
}
