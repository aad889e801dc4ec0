import { type Markup, trusted } from './markup.ts';

/** Drawings on one page share one name space for ids: gives those of this one (clip paths, gradients) a prefix of their own. */
export function inlineSvg(svg: string, prefix: string): Markup {
  const own = svg
    .replace(/\bid="([^"]+)"/g, (_, id) => `id="${prefix}-${id}"`)
    .replace(/url\(#([^)]+)\)/g, (_, id) => `url(#${prefix}-${id})`)
    .replace(/\b(xlink:href|href)="#([^"]+)"/g, (_, name, id) => `${name}="#${prefix}-${id}"`);
  return trusted(own);
}
