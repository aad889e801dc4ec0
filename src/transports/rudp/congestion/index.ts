import { Bbr } from './bbr.ts';
import type { CongestionControl, ControlOptions } from './control.ts';
import { Cubic } from './cubic.ts';
import { Fixed } from './fixed.ts';
import { NewReno } from './newreno.ts';
import { NoControl } from './none.ts';

export type CongestionName = 'bbr' | 'cubic' | 'newreno' | 'fixed' | 'none';

/** All congestion controls by their names; nothing else names them. */
export const congestionControls: Readonly<Record<CongestionName, (options: ControlOptions) => CongestionControl>> = {
  bbr: (options) => new Bbr(options),
  cubic: (options) => new Cubic(options),
  newreno: (options) => new NewReno(options),
  fixed: (options) => new Fixed(options),
  none: () => new NoControl(),
};

export const congestionNames: readonly CongestionName[] = Object.keys(congestionControls) as CongestionName[];
