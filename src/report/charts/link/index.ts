import type { TopLevelSpec } from 'vega-lite';
import type { PanelSpec } from '../panels.ts';
import { config, SCHEMA, wrap } from '../theme.ts';
import { capacityPanel } from './capacity.ts';
import { delayPanel } from './delay.ts';
import { type Frame, subtitleLines } from './frame.ts';
import { lossRunsPanel } from './loss-runs.ts';
import type { DirectionPicture, LinkPicture } from './picture.ts';

export type { DirectionPicture, LinkPicture } from './picture.ts';

/** Of Okabe and Ito's palette: up, down. */
const COLORS = ['#0072B2', '#D55E00'];
const SUBTITLE_LINES = 6;
/** As of a subtitle's, at the size below. */
const TITLE_CHARACTER = 12.8;

/** A row each. */
const ROWS: readonly (readonly [string, (direction: DirectionPicture, frame: Frame) => PanelSpec])[] = [
  ['Delay', ({ light }, frame) => delayPanel(light.delaysNs, frame)],
  ['Loss', ({ light }, frame) => lossRunsPanel(light.lossRuns, frame)],
  ['Capacity', ({ saturated }, frame) => capacityPanel(saturated, frame)],
];

/** A link's delay, losses and capacity, a column per direction. */
export function linkChart({ title, subtitle, directions }: LinkPicture): TopLevelSpec {
  const columns = directions.length;
  const width = columns === 1 ? 640 : 460;
  const whole = columns * width;
  return {
    $schema: SCHEMA,
    config,
    title: {
      text: wrap(title, Math.floor(whole / TITLE_CHARACTER), 2),
      subtitle: subtitle.flatMap((line) => subtitleLines(line, whole, SUBTITLE_LINES)),
      fontSize: 16,
      lineHeight: 21,
      offset: 20,
    },
    columns,
    concat: ROWS.flatMap(([heading, panel]) =>
      directions.map((direction, i) =>
        panel(direction, { width, color: COLORS[i], title: `${heading}, ${direction.name}` }),
      ),
    ),
    resolve: { scale: { x: 'independent', y: 'independent' } },
  };
}
