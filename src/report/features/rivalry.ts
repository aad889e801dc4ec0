import type { AskedCase, Finding, Side } from './claim.ts';
import type { Evidence } from './evidence.ts';

/** Differences below that are none. */
const EVEN = 1.05;

/** One figure in which a transport is held against its rival. */
export interface Contest {
  /** What was better or worse: "goodput on loopback". */
  readonly what: string;
  readonly asked: AskedCase;
  readonly metric: string;
  readonly better: 'higher' | 'lower';
}

type Outcome = 'better' | 'worse' | 'even';

function outcome({ asked, metric, better }: Contest, mine: Evidence, rival: Evidence): Outcome | undefined {
  const [own, other] = [mine.median(asked, metric), rival.median(asked, metric)];
  if (own === undefined || other === undefined) return undefined;
  const [more, less] = better === 'higher' ? [own, other] : [other, own];
  if (more > less * EVEN) return 'better';
  return less > more * EVEN ? 'worse' : 'even';
}

/**
 * For claims that one of the two is ahead of the other. It is so where most contests say so, a tie being no reason to doubt the
 * claim; it is so with limits where some say otherwise, or nothing.
 */
export function rivalry(
  evidence: Evidence,
  contests: readonly Contest[],
  ahead: Side,
): Pick<Finding, 'side' | 'why' | 'limited'> {
  const { name, rival } = evidence;
  if (!rival) return { why: 'there is nothing to compare it with' };
  const those = (wanted: Outcome): string[] =>
    contests.filter((contest) => outcome(contest, evidence, rival) === wanted).map(({ what }) => what);
  const [better, worse, even] = [those('better'), those('worse'), those('even')];
  const all = better.length + worse.length + even.length;
  if (all === 0) return { why: `${rival.label} has nothing to compare it with` };
  const said = [
    ...(better.length > 0 ? [`better in ${better.join(', ')}`] : []),
    ...(worse.length > 0 ? [`worse in ${worse.join(', ')}`] : []),
    ...(even.length > 0 ? [`even in ${even.join(', ')}`] : []),
  ];
  const why = `against ${rival.label} ${said.join('; ')}`;
  const lead = better.length - worse.length;
  if (even.length === all) return { why };
  const behind: Side = ahead === 'udp' ? 'tcp' : 'udp';
  const side = lead > 0 || (lead === 0 && name !== behind) ? ahead : behind;
  const against = side === ahead ? all - better.length : all - worse.length;
  return { side, why, ...(against > 0 ? { limited: true } : {}) };
}
