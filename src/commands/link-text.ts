import { createColors } from 'picocolors';
import { describeLightLoad } from '../link/describe.ts';
import { formatSeconds } from '../record/units.ts';
import type { DirectionReport, LinkReport } from './link-report.ts';

/** What a direction does, and what came of it in the simulation. */
export const sentencesOf = ({ sentences, light }: DirectionReport): string[] => [
  ...sentences,
  describeLightLoad(light),
];

/** Name, and for a preset what it is. */
export const headline = ({ label, preset }: LinkReport): string => (preset ? `${label}: ${preset.summary}` : label);

export function introduction({ preset, roundTripNs }: LinkReport): string {
  const source = preset ? ` Figures: ${preset.source}.` : '';
  return `Round trip ${formatSeconds(roundTripNs / 1e9)} without queues.${source}`;
}

export function linkText(report: LinkReport, { color }: { color: boolean }): string {
  const { bold, yellow } = createColors(color);
  const { directions, warnings, asked, effective } = report;
  const section = (heading: string, lines: readonly string[]): string[] => [
    '',
    bold(heading),
    ...lines.map((line) => `  ${line}`),
  ];
  return [
    bold(headline(report)),
    introduction(report),
    ...directions.flatMap((direction) => section(direction.name, sentencesOf(direction))),
    ...(warnings.length > 0
      ? section(
          'warnings',
          warnings.map((warning) => yellow(warning)),
        )
      : []),
    ...section('profile', [asked]),
    ...(effective === asked ? [] : section('in effect', [effective])),
  ].join('\n');
}
