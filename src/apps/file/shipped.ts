import { fileURLToPath } from 'node:url';

/** The files that come with netduel (media/README.md), by the names that stand for them. */
const SHIPPED: Readonly<Record<string, string>> = { picture: 'picture.jpg', clip: 'clip.ts' };

/** A path, or the one that such a name stands for. */
export const pathOf = (given: string): string =>
  Object.hasOwn(SHIPPED, given) ? fileURLToPath(new URL(`../../../media/${SHIPPED[given]}`, import.meta.url)) : given;
