import type { CompletedTrial, RunRecord } from '../record/schema.ts';
import { formatMetric } from '../record/units.ts';
import type { Analysis, CaseSummary } from './analyse.ts';
import { oneLine } from './case-columns.ts';
import type { TextTable } from './content.ts';

/** What people want to know beside a picture, by what it is called there. */
const FIGURES: readonly (readonly [metric: string, name: string])[] = [
  ['intact_ratio', 'intact'],
  ['file_psnr_db', 'PSNR'],
  ['file_ssim', 'SSIM'],
  ['file_frames_ratio', 'frames decoded'],
  ['file_holes', 'holes'],
];

export interface Picture {
  readonly name: string;
  /** A media type, and the content. */
  readonly type: string;
  readonly base64: string;
}

interface ArrivedAtCase {
  readonly transport: string;
  /** The one that is shown, and of how many. */
  readonly trial: number;
  readonly trials: number;
  /** Name and value. */
  readonly figures: readonly (readonly [string, string])[];
  /** Empty where nothing could be made of what arrived. */
  readonly pictures: readonly Picture[];
}

/** What trials of a scenario over a link left for people to see. */
export interface Arrived {
  readonly title: string;
  /** What was sent, once where it is the same for all, and by which transports it was. */
  readonly originals: readonly { readonly picture: Picture; readonly transports: readonly string[] }[];
  readonly cases: readonly ArrivedAtCase[];
}

/** Group by group; groups without anything to see are left out. */
export function arrivals({ run, cases, groups }: Analysis): Arrived[] {
  return groups.flatMap((group) => {
    const shown = group.cases.flatMap((index) => {
      const trial = typical(cases[index]);
      return trial ? [{ entry: cases[index], trial, pictures: picturesOf(run, trial) }] : [];
    });
    if (shown.length === 0) return [];
    return [
      {
        title: group.title,
        originals: originalsOf(shown),
        cases: shown.map(({ entry, trial, pictures }) => ({
          transport: oneLine(entry.case.transport.label),
          trial: trial.trial,
          trials: entry.completed.length,
          figures: FIGURES.flatMap(([metric, name]) => {
            const value = trial.metrics[metric];
            return value === undefined ? [] : [[name, formatMetric(metric, value)] as const];
          }),
          pictures: pictures.filter(({ name }) => name !== 'original'),
        })),
      },
    ];
  });
}

function originalsOf(
  shown: readonly { readonly entry: CaseSummary; readonly pictures: readonly Picture[] }[],
): Arrived['originals'] {
  const originals = new Map<string, { picture: Picture; transports: string[] }>();
  for (const { entry, pictures } of shown) {
    for (const picture of pictures.filter(({ name }) => name === 'original')) {
      const known = originals.get(picture.base64) ?? { picture, transports: [] };
      originals.set(picture.base64, known);
      known.transports.push(oneLine(entry.case.transport.label));
    }
  }
  return [...originals.values()];
}

/** Of the trials that left something, the one in the middle by how much arrived. */
function typical({ completed }: CaseSummary): CompletedTrial | undefined {
  const intact = ({ metrics }: CompletedTrial): number => metrics['intact_ratio'] ?? 1;
  const left = completed.filter(({ attachments = [] }) => attachments.length > 0);
  return left.sort((a, b) => intact(a) - intact(b))[Math.floor((left.length - 1) / 2)];
}

/** Those that a page can show. */
function picturesOf({ attachments: kept = {} }: RunRecord, { attachments = [] }: CompletedTrial): Picture[] {
  return attachments.flatMap(({ name, sha256 }) => {
    const content = Object.hasOwn(kept, sha256) ? kept[sha256] : undefined;
    return content && /^image\/[\w.+-]+$/.test(content.type) ? [{ name, ...content }] : [];
  });
}

/** The figures without the pictures. */
export function arrivedTable(arrived: readonly Arrived[]): TextTable {
  const all = arrived.flatMap(({ title, cases }) => cases.map((entry) => ({ title, ...entry })));
  const names = FIGURES.map(([, name]) => name).filter((name) => all.some(({ figures }) => has(figures, name)));
  const rows = all.map(({ title, transport, trial, trials, figures }) => [
    oneLine(title),
    transport,
    `${trial} of ${trials}`,
    ...names.map((name) => has(figures, name)?.[1] ?? ''),
  ]);
  return { head: ['over', 'transport', 'trial', ...names], rows, numbersFrom: 3 };
}

const has = (figures: ArrivedAtCase['figures'], wanted: string): readonly [string, string] | undefined =>
  figures.find(([name]) => name === wanted);
