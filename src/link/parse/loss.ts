import type { Chance, LossModel } from '../profile.ts';
import { parsePercent } from '../units.ts';
import type { Clause } from './clause.ts';

const percent = (clause: Clause): number => clause.value('a percentage, such as 1%', parsePercent);

/** Rounded so that the complement of a decimal fraction stays one. */
const complement = (p: number): number => Number((1 - p).toFixed(15));

/** `PERCENT [CORRELATION]`; undefined for 0 %. */
export function parseChance(clause: Clause): Chance | undefined {
  const p = percent(clause);
  const correlation = clause.optional(parsePercent) ?? 0;
  return p > 0 ? { p, correlation } : undefined;
}

/** What follows `loss`, with tc's defaults; undefined for `loss 0%`. */
export function parseLoss(clause: Clause): LossModel | undefined {
  const kind = clause.take('random', 'state', 'gemodel');
  if (kind === 'gemodel') return parseGilbertElliott(clause);
  if (kind === 'state') return parseFourStates(clause);
  const chance = parseChance(clause);
  return chance && { kind: 'random', ...chance };
}

function parseGilbertElliott(clause: Clause): LossModel {
  const p = percent(clause);
  const r = clause.optional(parsePercent) ?? complement(p);
  const h1 = clause.optional(parsePercent) ?? 1;
  const k1 = clause.optional(parsePercent) ?? 0;
  return { kind: 'gemodel', p, r, h1, k1 };
}

function parseFourStates(clause: Clause): LossModel {
  const p13 = percent(clause);
  const p31 = clause.optional(parsePercent) ?? complement(p13);
  const p32 = clause.optional(parsePercent) ?? 0;
  const p23 = clause.optional(parsePercent) ?? 1;
  const p14 = clause.optional(parsePercent) ?? 0;
  return { kind: 'state', p13, p31, p32, p23, p14 };
}
