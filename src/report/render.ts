import { logger as makeLogger, parse, View, Warn } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

export interface Rendered {
  readonly svg: string;
  /** What Vega-Lite and Vega had to say against the specification; none is expected. */
  readonly warnings: readonly string[];
}

/** Draws a specification without a browser or a canvas. Import this module lazily: Vega is by far the heaviest dependency. */
export async function renderSvg(spec: TopLevelSpec): Promise<Rendered> {
  const warnings: string[] = [];
  const logger = makeLogger(Warn, undefined, (_method, _level, args) => warnings.push([...args].map(String).join(' ')));
  // Vega numbers the rows that it is given, in place.
  const view = new View(parse(compile(structuredClone(spec), { logger }).spec), { renderer: 'none', logger });
  try {
    return { svg: await view.toSVG(), warnings };
  } finally {
    view.finalize();
  }
}
