import type { TopLevelSpec } from 'vega-lite';
import { config, SCHEMA, wrap } from './theme.ts';

/** A specification that may stand inside a larger one. */
export type PanelSpec = Extract<TopLevelSpec, { concat: unknown }>['concat'][number];
export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/** Vega's estimate, without a canvas to measure on, of the widest a title's character may be, in pixels. */
const TITLE_CHARACTER = 10.5;

export interface Panel {
  /** What the panel's cases have in common; wrapped to the panel's width. */
  readonly title: string;
  /** To be read with the figures: a line below the title. */
  readonly note: string | undefined;
  readonly spec: PanelSpec;
}

/** Wide panels below each other while there are few, two columns of narrower ones from four on. */
export function panelWidth(count: number): number {
  return count > 3 ? 330 : 640;
}

/** Panels with axes of their own and one colour legend in common; undefined when there are none. */
export function panels(content: readonly Panel[], width = panelWidth(content.length)): TopLevelSpec | undefined {
  if (content.length === 0) return undefined;
  return {
    $schema: SCHEMA,
    config,
    columns: content.length > 3 ? 2 : 1,
    concat: content.map(({ title, note, spec }) => {
      const text = wrap(title, Math.floor(width / TITLE_CHARACTER));
      return { ...spec, title: note === undefined ? text : { text, subtitle: note } };
    }),
    resolve: { scale: { color: 'shared', x: 'independent', y: 'independent' } },
  };
}
