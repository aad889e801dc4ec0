import { fstatSync, readFileSync, readSync, writeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindOf } from './kind.ts';
import { judgePicture } from './picture.ts';
import type { Verdict } from './verdict.ts';
import { judgeVideo } from './video.ts';

/**
 * A process that judges: its arguments are the original and the milliseconds that it has, its standard input is what arrived, a
 * file; the verdict is JSON on standard output. Decoders are made for sound files: what they do with holes can hurt this process
 * only.
 */
const [path, limitMs] = process.argv.slice(2);

async function judge(): Promise<Verdict | undefined> {
  const original = readFileSync(path);
  const kind = kindOf(original);
  if (kind?.medium === 'picture') return await judgePicture(original, received());
  if (kind?.medium !== 'video') return undefined;
  const signal = AbortSignal.timeout(Number(limitMs));
  const folder = await mkdtemp(join(tmpdir(), 'netduel-judge-'));
  try {
    const copy = join(folder, 'received');
    await writeFile(copy, received());
    return await judgeVideo({ original: path, received: copy, container: kind.container, signal }, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function received(): Buffer {
  const bytes = Buffer.alloc(fstatSync(0).size);
  for (let at = 0; at < bytes.length; ) at += readSync(0, bytes, at, bytes.length - at, at) || bytes.length;
  return bytes;
}

const verdict = JSON.stringify((await judge()) ?? { exhibits: [] });
for (let left = Buffer.from(verdict); left.length > 0; ) left = left.subarray(writeSync(1, left));
