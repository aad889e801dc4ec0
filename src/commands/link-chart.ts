import { basename } from 'node:path';
import { lightLoadTitle } from '../link/describe.ts';
import { saturation } from '../link/portrait.ts';
import { UserError } from '../record/errors.ts';
import { writeAtomic } from '../report/atomic.ts';
import { type DirectionPicture, linkChart } from '../report/charts/link/index.ts';
import { linkPage } from '../report/charts/link/page.ts';
import type { DirectionReport, LinkReport } from './link-report.ts';
import { headline, introduction, sentencesOf } from './link-text.ts';

type Format = 'svg' | 'html' | 'vl.json';

export interface ChartFile {
  readonly path: string;
  readonly format: Format;
}

const FORMATS: readonly Format[] = ['svg', 'html', 'vl.json'];

/** Where `--chart` puts the drawing; empty: a name of our own. */
export function chartFile(given: string, label: string): ChartFile {
  const path = given === '' ? `link-${fileName(label)}.svg` : given;
  const format = FORMATS.find((ending) => path.endsWith(`.${ending}`));
  if (format) return { path, format };
  throw new UserError(`--chart: '${path}' is not accepted; expected a name that ends in .svg, .html or .vl.json`);
}

/** What can stand in the name of a file, of a preset, a path or a profile. */
const fileName = (label: string): string =>
  basename(label)
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 60);

/** Draws a link; `onStep` is called before each part of the simulation. */
export async function writeChart(report: LinkReport, { path, format }: ChartFile, onStep: () => void): Promise<void> {
  const spec = linkChart({
    title: headline(report),
    subtitle: [report.effective, simulationOf(report.directions[0])],
    directions: report.directions.map((direction) => picture(direction, onStep)),
  });
  onStep();
  try {
    await writeAtomic(path, await rendered(report, spec, format));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError(`chart ${path} cannot be written: ${message}; name another file with --chart FILE`);
  }
}

function simulationOf({ light }: DirectionReport): string {
  return `Delay and loss: ${lightLoadTitle(light)}. Capacity: full frames, more than the link can carry.`;
}

function picture({ name, profile, light }: DirectionReport, onStep: () => void): DirectionPicture {
  onStep();
  const saturated = saturation(profile, light.seed);
  return { name, light, ...(saturated && { saturated }) };
}

async function rendered(report: LinkReport, spec: ReturnType<typeof linkChart>, format: Format): Promise<string> {
  if (format === 'vl.json') return `${JSON.stringify(spec, null, 2)}\n`;
  // Vega takes a quarter of a second to load: nothing but this needs it.
  const { renderSvg } = await import('../report/render.ts');
  const { svg } = await renderSvg(spec);
  if (format === 'svg') return `${svg}\n`;
  return linkPage({
    title: headline(report),
    summary: introduction(report),
    sections: [
      ...report.directions.map((direction) => ({ heading: direction.name, sentences: sentencesOf(direction) })),
      ...(report.warnings.length > 0 ? [{ heading: 'Warnings', sentences: report.warnings }] : []),
    ],
    profile: report.effective,
    svg,
  });
}
