import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from '../record/schema.ts';
import { type Analysis, analyse } from './analyse.ts';
import { writeAtomic } from './atomic.ts';
import { CHARTS } from './charts/index.ts';
import { delayCsv } from './csv/delay.ts';
import { seriesCsv } from './csv/series.ts';
import { summaryCsv } from './csv/summary.ts';
import { trialsCsv } from './csv/trials.ts';
import { featuresCsv } from './features/csv.ts';
import { featuresMarkdown } from './features/markdown.ts';
import { featureTable } from './features/table.ts';
import { type DrawnChart, html } from './html/page.ts';
import { markdown } from './markdown.ts';
import { saveRun } from './store.ts';

/** What must not be lost if the next trial brings everything down: cheap enough to be called after each one. */
export async function saveProgress(run: RunRecord, dir: string): Promise<void> {
  await saveRun(run, dir);
  await writeAtomic(join(dir, 'trials.csv'), trialsCsv(run));
}

/** Writes every file of a results folder but the record itself, which all are made from; empty charts are left out. */
export async function writeReport(run: RunRecord, dir: string): Promise<void> {
  await mkdir(join(dir, 'charts'), { recursive: true });
  await writeAtomic(join(dir, 'trials.csv'), trialsCsv(run));
  const analysis = analyse(run);
  await writeAtomic(join(dir, 'series.csv'), seriesCsv(run));
  await writeAtomic(join(dir, 'delay.csv'), delayCsv(run));
  await writeAtomic(join(dir, 'summary.csv'), summaryCsv(analysis));
  const features = featureTable(run);
  if (features) {
    await writeAtomic(join(dir, 'features.csv'), featuresCsv(run.runId, features));
    await writeAtomic(join(dir, 'features.md'), featuresMarkdown(run, features));
  }
  const charts = await writeCharts(analysis, join(dir, 'charts'));
  await writeAtomic(join(dir, 'report.html'), html(analysis, charts));
  await writeAtomic(join(dir, 'report.md'), markdown(analysis, charts));
}

async function writeCharts(analysis: Analysis, dir: string): Promise<DrawnChart[]> {
  // Vega takes a quarter of a second to load: nothing but this needs it.
  const { renderSvg } = await import('./render.ts');
  const drawn: DrawnChart[] = [];
  for (const chart of CHARTS) {
    const spec = chart.spec(analysis);
    if (!spec) continue;
    const { svg } = await renderSvg(spec);
    await writeAtomic(join(dir, `${chart.name}.vl.json`), `${JSON.stringify(spec, null, 2)}\n`);
    await writeAtomic(join(dir, `${chart.name}.svg`), `${svg}\n`);
    drawn.push({ name: chart.name, title: chart.title, howToRead: chart.howToRead, svg });
  }
  return drawn;
}
