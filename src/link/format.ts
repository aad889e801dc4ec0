import type { DirectionProfile, LossModel, Profile } from './profile.ts';
import { formatPercent, formatRate, formatTime } from './units.ts';

function formatLoss(loss: LossModel): string {
  if (loss.kind === 'random') return `loss ${formatPercent(loss.p)}`;
  const values = [loss.p, loss.r];
  if (loss.h1 !== 1 || loss.k1 !== 0) values.push(loss.h1);
  if (loss.k1 !== 0) values.push(loss.k1);
  return `loss gemodel ${values.map(formatPercent).join(' ')}`;
}

function formatDirection(profile: DirectionProfile): string {
  const words: string[] = [];
  if (profile.delayNs > 0 || profile.jitterNs > 0) words.push(`delay ${formatTime(profile.delayNs)}`);
  if (profile.jitterNs > 0) words.push(formatTime(profile.jitterNs));
  if (profile.loss) words.push(formatLoss(profile.loss));
  if (profile.rateBps !== undefined) words.push(`rate ${formatRate(profile.rateBps)}`);
  if (profile.limit !== undefined) words.push(`limit ${profile.limit}`);
  if (profile.queue !== undefined) words.push(`queue ${profile.queue} packets`);
  return words.join(' ') || 'direct';
}

/** The one spelling of a profile; `parseProfile` reads it back as the same. */
export function formatProfile(profile: Profile): string {
  const up = formatDirection(profile.up);
  const down = formatDirection(profile.down);
  return up === down ? up : `up: ${up} down: ${down}`;
}
