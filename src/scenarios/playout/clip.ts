import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Trace } from './trace.ts';

const clipSchema = z.object({
  fps: z.number().positive(),
  frames: z.array(z.object({ bytes: z.number().int().positive(), key: z.boolean() })).min(1),
});

const PATH = fileURLToPath(new URL('../../../media/clip.frames.json', import.meta.url));

export const hasClip = (): boolean => existsSync(PATH);

/** @throws for text that describes no clip */
export const parseClip = (text: string): Trace => clipSchema.parse(JSON.parse(text));

let clip: Trace | undefined;

/** Frame sizes of the clip that comes with netduel. */
export function readClip(): Trace {
  clip ??= parseClip(readFileSync(PATH, 'utf8'));
  return clip;
}
