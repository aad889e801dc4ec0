import { CorrelatedDraws } from '../chance.ts';
import type { Taus113 } from '../prng.ts';
import type { Delay, Distribution } from '../profile.ts';
import { distributionTable, TABLE_SCALE } from './tables.ts';

/** Delays packet by packet, as `tabledist` of sch_netem draws them: whole ns, below zero too. */
export class DelayProcess {
  readonly leastNs: number;
  readonly mostNs: number;
  private readonly ns: number;
  private readonly jitterNs: number;
  private readonly table: Int16Array | undefined;
  private readonly draws: CorrelatedDraws;

  constructor(delay: Delay | undefined, prng: Taus113, other: Taus113) {
    this.ns = delay?.ns ?? 0;
    this.jitterNs = Math.trunc(delay?.jitterNs ?? 0);
    this.table = this.jitterNs > 0 && delay?.distribution ? distributionTable(delay.distribution) : undefined;
    this.draws = new CorrelatedDraws(this.jitterNs > 0 ? (delay?.correlation ?? 0) : 0, prng, other);
    const { least, most } = spread(this.jitterNs, delay?.distribution);
    this.leastNs = this.ns + least;
    this.mostNs = this.ns + most;
  }

  next(): number {
    const { jitterNs, table } = this;
    if (jitterNs === 0) return this.ns;
    const draw = this.draws.next();
    return this.ns + (table ? scaled(table[draw % table.length], jitterNs) : (draw % (2 * jitterNs)) - jitterNs);
  }
}

/** `value` / 8192 of the jitter, rounded as the kernel does. */
function scaled(value: number, jitterNs: number): number {
  const rest = jitterNs % TABLE_SCALE;
  const product = rest * value;
  const half = product >= 0 ? TABLE_SCALE / 2 : -TABLE_SCALE / 2;
  return Math.trunc((product + half) / TABLE_SCALE) + ((jitterNs - rest) / TABLE_SCALE) * value;
}

/** How far jitter can take a delay, ns. */
export function spread(jitterNs: number, distribution: Distribution | undefined): { least: number; most: number } {
  if (jitterNs === 0) return { least: 0, most: 0 };
  if (!distribution) return { least: -jitterNs, most: jitterNs - 1 };
  const table = distributionTable(distribution);
  return {
    least: scaled(Math.min(...table), jitterNs),
    most: scaled(Math.max(...table), jitterNs),
  };
}
