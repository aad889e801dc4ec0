import { formatBytes, formatCount, formatSeconds } from '../record/units.ts';
import { queueOf } from './figures.ts';
import type { Discipline, Netem, Tbf } from './profile.ts';

const time = (ns: number): string => formatSeconds(ns / 1e9);

/** The queue before a netem stage that limits the rate; undefined where nothing bounds it. */
export function describeQueue(stage: Netem, capacity: number): string | undefined {
  const figures = queueOf(stage, capacity);
  if (!figures) return undefined;
  const { packets, bytes, ns } = figures;
  const bounds = [
    packets !== undefined && `${formatCount(packets)} packets`,
    bytes !== undefined && formatBytes(bytes),
    stage.queue?.ns !== undefined && `a wait of ${time(stage.queue.ns)}`,
  ].filter((bound) => typeof bound === 'string');
  const room = stage.queue ? '' : `, which is what the limit leaves to it`;
  return `The queue before it takes ${bounds.join(' or ')}${room}: full frames wait ${time(ns)} at most. ${management(stage.queue?.discipline)}`;
}

export function describeTbfQueue({ limitBytes, rateBps }: Tbf): string {
  return `The queue before it takes ${formatBytes(limitBytes)}: a wait of ${time((limitBytes * 8e9) / rateBps)} at most. ${management(undefined)}`;
}

function management(discipline: Discipline | undefined): string {
  switch (discipline?.kind) {
    case undefined:
      return 'What finds it full is dropped.';
    case 'drophead':
      return 'When it is full, the oldest packet is dropped.';
    case 'codel':
      return `CoDel ${early(discipline)} while the wait stays above ${time(discipline.targetNs)} for ${time(discipline.intervalNs)}.`;
    case 'fq_codel':
      return (
        `FQ-CoDel: ${formatCount(discipline.flows)} queues in turn, ${formatBytes(discipline.quantumBytes)} at a time; ` +
        `each ${early(discipline)} while its wait stays above ${time(discipline.targetNs)} for ${time(discipline.intervalNs)}.`
      );
    case 'pie':
      return `PIE ${early(discipline)} at random to hold the wait near ${time(discipline.targetNs)}, judged every ${time(discipline.updateNs)}.`;
  }
}

const early = ({ ecn }: { readonly ecn: boolean }): string =>
  ecn ? 'marks packets that are ECN-capable and drops others' : 'drops packets';
