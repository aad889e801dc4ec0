import { z } from 'zod';
import { refusal } from '../../link/quantity.ts';
import { STAMP_BYTES } from './text.ts';

export const MAX_TEXT_BYTES = 16 << 10;
/** Where a log-normal distribution is cut off that does not say: with its headers it fits into an Ethernet packet. */
const LOGNORMAL_MOST = 1200;

/** How long messages are, in bytes of text. */
export type Sizes =
  | { readonly kind: 'uniform'; readonly least: number; readonly most: number }
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number; readonly most: number };

const ACCEPTED = `a length of text from ${STAMP_BYTES} to ${MAX_TEXT_BYTES} bytes such as 100, a range such as 60-300, or lognormal:MEDIAN:SIGMA[:MOST] such as lognormal:80:0.7`;

const isLength = (value: number): boolean => Number.isInteger(value) && value >= STAMP_BYTES && value <= MAX_TEXT_BYTES;

export function parseSizes(given: unknown): Sizes | undefined {
  const text = String(given);
  const range = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (range) {
    const [least, most] = [Number(range[1]), Number(range[2] ?? range[1])];
    return isLength(least) && isLength(most) && least <= most ? { kind: 'uniform', least, most } : undefined;
  }
  const shape = /^lognormal:(\d+):(\d+(?:\.\d+)?)(?::(\d+))?$/.exec(text);
  if (!shape) return undefined;
  const [median, sigma, most] = [Number(shape[1]), Number(shape[2]), Number(shape[3] ?? LOGNORMAL_MOST)];
  if (!(median >= 1 && median <= most && isLength(most) && sigma <= 3)) return undefined;
  return { kind: 'lognormal', median, sigma, most };
}

/** Stays the text that was given, which is what the record shows. */
export const sizeParam = z.unknown().transform((given, context): string => {
  if (parseSizes(given)) return String(given);
  context.addIssue({ code: 'custom', message: refusal(given, ACCEPTED) });
  return z.NEVER;
});

/** Draws lengths; `random` gives numbers in [0, 1). */
export function sampler(sizes: Sizes, random: () => number): () => number {
  if (sizes.kind === 'uniform') {
    const { least, most } = sizes;
    return least === most ? () => least : () => least + Math.floor(random() * (most - least + 1));
  }
  const { median, sigma, most } = sizes;
  return () => {
    // Box and Muller (1958).
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.min(most, Math.max(STAMP_BYTES, Math.round(median * Math.exp(sigma * normal))));
  };
}
