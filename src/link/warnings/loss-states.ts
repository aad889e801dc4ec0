import { sumWraps } from '../chance.ts';
import type { Netem } from '../profile.ts';
import { formatPercent } from '../units.ts';

/** Of `loss state`: moves that never happen, since the kernel's sum of two probabilities has wrapped. */
export function lossStateWarnings({ loss }: Netem): string[] {
  if (loss?.kind !== 'state') return [];
  const { p13, p14, p31, p32 } = loss;
  return [
    ...(sumWraps(p14, p13) ? [wrapped('P13', p13, 'P14', p14, 'from state 1 to 3')] : []),
    ...(sumWraps(p32, p31) ? [wrapped('P31', p31, 'P32', p32, 'from state 3 to 1')] : []),
  ];
}

const wrapped = (lost: string, p: number, kept: string, q: number, move: string): string =>
  `loss state: the sum of ${lost} ${formatPercent(p)} and ${kept} ${formatPercent(q)} goes beyond 32 bits and wraps around, as in the ` +
  `kernel, so that no packet goes ${move}; lower one of them`;
