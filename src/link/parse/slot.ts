import type { Slot } from '../profile.ts';
import { parseInteger, parseSize, parseTime } from '../units.ts';
import { boundedBytes, boundedJitter, boundedTime, takeTime } from './bounds.ts';
import type { Clause } from './clause.ts';
import { takeDistribution } from './distribution.ts';

/** What follows `slot`; undefined for slots without a time between them, which hold nothing back. */
export function parseSlot(clause: Clause): Slot | undefined {
  const gap = clause.take('distribution') ? tableGap(clause) : uniformGap(clause);
  const given = clause.named({
    packets: () => clause.value('a number of packets', (text) => parseInteger(text, 0, 2 ** 31 - 1)),
    bytes: () => bytes(clause),
  });
  if (gap.kind === 'uniform' && gap.maxNs === 0) return undefined;
  return { gap, packets: given.packets ?? 0, bytes: given.bytes ?? 0 };
}

function uniformGap(clause: Clause): Slot['gap'] {
  const minNs = takeTime(clause);
  const max = clause.optional(parseTime);
  if (max !== undefined && max < minNs) clause.fail('the longest time between slots is shorter than the shortest');
  return { kind: 'uniform', minNs, maxNs: max === undefined ? minNs : boundedTime(clause, max) };
}

function tableGap(clause: Clause): Slot['gap'] {
  const distribution = takeDistribution(clause);
  const delayNs = takeTime(clause);
  const jitterNs = boundedJitter(clause, takeTime(clause));
  if (jitterNs === 0) clause.fail('a distribution needs a jitter of more than 0');
  return { kind: 'distribution', distribution, delayNs, jitterNs };
}

function bytes(clause: Clause): number {
  const size = clause.value('a size, such as 64kb', parseSize);
  return size === 0 ? 0 : boundedBytes(clause, size);
}
