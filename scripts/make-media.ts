/**
 * Writes the files that netduel ships into media/: npx jiti scripts/make-media.ts. Needs cjpeg (libjpeg-turbo-progs), ffmpeg
 * and ffprobe. The same versions of these give the same files.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { render } from './media/render.ts';

const PICTURE = { width: 640, height: 480, quality: 92, places: 2 };
const CLIP = { width: 480, height: 270, fps: 30, seconds: 5, bitsPerSecond: 680_000, places: 1 };

const into = (name: string): string => fileURLToPath(new URL(`../media/${name}`, import.meta.url));

function picture(): void {
  const { width, height, quality, places } = PICTURE;
  const pixels = Buffer.concat([Buffer.from(`P6 ${width} ${height} 255\n`), render(width, height, 0, places)]);
  // A restart marker behind every row of blocks: a decoder that has lost its way goes on at the next.
  const encoded = execFileSync('cjpeg', ['-baseline', '-optimize', '-quality', `${quality}`, '-restart', '1'], {
    input: pixels,
  });
  writeFileSync(into('picture.jpg'), encoded);
}

async function clip(): Promise<void> {
  const { width, height, fps, seconds, bitsPerSecond, places } = CLIP;
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', `${fps}`, '-i', '-'];
  // A key frame a second, and no frame that waits for a later one.
  const coding = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', `${fps}`, '-sc_threshold', '0', '-bf', '0'];
  const rate = ['-b:v', `${bitsPerSecond}`, '-maxrate', `${2 * bitsPerSecond}`, '-bufsize', `${bitsPerSecond}`];
  const exact = ['-threads', '1', '-fflags', '+bitexact', '-flags:v', '+bitexact', '-map_metadata', '-1'];
  const encoder = spawn(
    'ffmpeg',
    ['-v', 'error', '-y', ...raw, ...coding, ...rate, ...exact, '-f', 'mpegts', into('clip.ts')],
    {
      stdio: ['pipe', 'inherit', 'inherit'],
    },
  );
  for (let frame = 0; frame < fps * seconds; frame++) {
    if (!encoder.stdin.write(render(width, height, frame / fps, places))) await once(encoder.stdin, 'drain');
  }
  encoder.stdin.end();
  await once(encoder, 'close');
}

/** Bytes of every frame as the stream carries them, before MPEG-TS. */
function frames(): void {
  const asked = [
    '-v',
    'error',
    '-select_streams',
    'v',
    '-show_entries',
    'packet=size,flags',
    '-of',
    'json',
    into('clip.ts'),
  ];
  const { packets } = JSON.parse(execFileSync('ffprobe', asked, { encoding: 'utf8' })) as {
    packets: { size: string; flags: string }[];
  };
  const lines = packets.map(({ size, flags }) => `    { "bytes": ${Number(size)}, "key": ${flags.includes('K')} }`);
  writeFileSync(into('clip.frames.json'), `{\n  "fps": ${CLIP.fps},\n  "frames": [\n${lines.join(',\n')}\n  ]\n}\n`);
}

picture();
await clip();
frames();
