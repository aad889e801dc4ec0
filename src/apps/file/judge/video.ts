import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Exhibit, Verdict } from './verdict.ts';

const execute = promisify(execFile);
const MAX_OUTPUT_BYTES = 64 << 20;

const ffmpeg = (args: readonly string[], signal: AbortSignal): Promise<{ stdout: string; stderr: string }> =>
  execute('ffmpeg', args, { maxBuffer: MAX_OUTPUT_BYTES, signal, killSignal: 'SIGKILL' });

/** As a player does that knows when frames are due: until the next one there is, the last one stays. */
const SIDE_BY_SIDE = '[0:v:0][1:v:0]';

interface Clips {
  readonly original: string;
  readonly received: string;
  readonly container: string;
  /** Ends what takes too long. */
  readonly signal: AbortSignal;
}

/** What ffmpeg makes of what arrived, beside what it makes of the original. `folder`: for what it writes. */
export async function judgeVideo(clips: Clips, folder: string): Promise<Verdict> {
  const sent = await framesOf(clips.original, clips);
  if (sent === undefined) {
    return {
      exhibits: [],
      lack: {
        reason: 'the clip was not decoded: there is no ffmpeg',
        remedy: 'install ffmpeg (apt-get install ffmpeg)',
      },
    };
  }
  const came = (await framesOf(clips.received, clips)) ?? 0;
  const framesRatio = sent === 0 ? 0 : came / sent;
  if (came === 0) {
    return {
      framesRatio,
      exhibits: [await frame(clips, folder, 'original', Math.floor(sent / 2))],
      lack: {
        reason: 'no frame can be decoded of what arrived',
        remedy: 'a clip whose key frames all have holes shows nothing; use a transport that repairs losses',
      },
    };
  }
  const { psnrDb, worst: at } = await difference(clips, folder, sent);
  return {
    framesRatio,
    ...(Number.isFinite(psnrDb) ? { psnrDb } : {}),
    exhibits: [await frame(clips, folder, 'original', at), await frame(clips, folder, 'received', at)],
  };
}

/** One thread: what several make of a clip with holes is another thing every time. */
const input = (path: string, { container }: Clips): string[] => [
  ...['-threads', '1', '-copyts', '-f', container, '-i', path],
];

const both = (clips: Clips): string[] => [...input(clips.original, clips), ...input(clips.received, clips)];

/** Undefined where there is no ffmpeg. */
async function framesOf(path: string, { container, signal }: Clips): Promise<number | undefined> {
  const sink = ['-map', '0:v:0', '-fps_mode', 'passthrough', '-progress', 'pipe:1', '-f', 'null', '-'];
  try {
    const { stdout } = await ffmpeg(
      ['-v', 'quiet', '-nostdin', '-threads', '1', '-f', container, '-i', path, ...sink],
      signal,
    );
    return Number([...stdout.matchAll(/^frame=\s*(\d+)/gm)].at(-1)?.[1] ?? 0);
  } catch (error) {
    if (signal.aborted) throw error;
    // Anything but its absence is what it thinks of the file.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 0;
  }
}

/**
 * PSNR over all planes and all frames from the first that could be decoded on, infinite where they are equal, and which of them is
 * worst.
 */
async function difference(clips: Clips, folder: string, sent: number): Promise<{ psnrDb: number; worst: number }> {
  const log = join(folder, 'psnr');
  const filter = `${SIDE_BY_SIDE}psnr=stats_file=${log}`;
  const asked = ['-v', 'info', '-nostats', '-nostdin', ...both(clips), '-lavfi', filter, '-f', 'null', '-'];
  const { stderr } = await ffmpeg(asked, clips.signal);
  const lines = [...(await readFile(log, 'utf8')).matchAll(/^n:\d+ mse_avg:([\d.]+)/gm)];
  const errors = lines.map(([, error]) => Number(error));
  const most = Math.max(...errors);
  const psnrDb = most === 0 ? Infinity : Number(/PSNR .*\baverage:([\d.]+)/.exec(stderr)?.[1]);
  return { psnrDb, worst: sent - errors.length + errors.indexOf(most) };
}

/** Frame `n` of the original, or what stands on the screen then of what arrived. */
async function frame(clips: Clips, folder: string, name: Exhibit['name'], n: number): Promise<Exhibit> {
  const path = join(folder, `${name}.jpg`);
  const [from, shown] =
    name === 'original' ? [input(clips.original, clips), '[0:v:0]'] : [both(clips), `${SIDE_BY_SIDE}overlay,`];
  const filter = `${shown}select=eq(n\\,${n})`;
  const asked = ['-v', 'error', '-nostdin', '-y', ...from, '-lavfi', filter, '-frames:v', '1', '-q:v', '4', path];
  await ffmpeg(asked, clips.signal);
  return { name, type: 'image/jpeg', base64: (await readFile(path)).toString('base64') };
}
