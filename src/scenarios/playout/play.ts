/** What a player does about a frame that is not there when its turn has come. */
export type Policy = 'wait' | 'skip';

/** Frame k was to be sent at k x `intervalNs`; it had come whole at `came[k]`, on the same clock, or never did. All times in ns. */
export interface Arrivals {
  readonly intervalNs: number;
  readonly came: readonly (number | undefined)[];
}

/** The clock of the player stood still. */
export interface Stall {
  readonly at: number;
  readonly ns: number;
}

export interface Played {
  /** When the turn of each frame came; empty where nothing came at all. */
  readonly turns: readonly number[];
  /** When each was shown: at its turn, or later with `wait`; undefined for what never was. */
  readonly shown: readonly (number | undefined)[];
  readonly stalls: readonly Stall[];
  /** How long no new frame was shown though one was due, from the first frame shown on; all of the clip where none was. */
  readonly frozenNs: number;
}

/**
 * Plays a clip from a jitter buffer. Playing begins `bufferNs` after the first frame came whole, in step with that frame, so that what takes
 * as long as it did is in time with all of the buffer to spare.
 *
 * `skip`: the clock goes on; a frame that is not there in its turn is not shown. `wait`: the clock stops until the frame comes, or until
 * it is given up: when a later frame has come, which is how a player learns that one is missing, and the time of the buffer has
 * passed since. A frame that is given up costs its own time at least, as with `skip`. Waiting before anything was shown is start-up. What is
 * missing at the end, with nothing behind it, is not waited for.
 */
export function play(arrivals: Arrivals, bufferNs: number, policy: Policy): Played {
  const { intervalNs, came } = arrivals;
  const first = earliest(came);
  if (first === undefined) {
    return { turns: [], shown: came.map(() => undefined), stalls: [], frozenNs: came.length * intervalNs };
  }
  const start = (came[first] as number) - first * intervalNs + bufferNs;
  return policy === 'skip' ? skipping(arrivals, start) : waiting(arrivals, start, bufferNs);
}

function earliest(came: Arrivals['came']): number | undefined {
  let first: number | undefined;
  for (const [k, at] of came.entries()) {
    if (at !== undefined && (first === undefined || at < (came[first] as number))) first = k;
  }
  return first;
}

function skipping({ intervalNs, came }: Arrivals, start: number): Played {
  const turns = came.map((_, k) => start + k * intervalNs);
  const shown = came.map((at, k) => (at !== undefined && at <= (turns[k] as number) ? turns[k] : undefined));
  const begun = shown.findIndex((at) => at !== undefined);
  const missed = shown.slice(Math.max(0, begun)).filter((at) => at === undefined).length;
  return { turns, shown, stalls: [], frozenNs: missed * intervalNs };
}

function waiting({ intervalNs, came }: Arrivals, start: number, bufferNs: number): Played {
  const after = earliestAfter(came);
  const turns: number[] = [];
  const shown: (number | undefined)[] = [];
  const stalls: Stall[] = [];
  let turn = start;
  let begun = false;
  let frozenNs = 0;
  for (const [k, at] of came.entries()) {
    turns.push(turn);
    const end = Math.max(turn, (after[k] as number) + bufferNs);
    const there = at !== undefined && at <= end;
    shown.push(there ? Math.max(turn, at) : undefined);
    // Behind the end nothing is waited for: the clock goes on.
    const stopped = there ? Math.max(0, at - turn) : end === Infinity ? 0 : Math.max(0, end - turn - intervalNs);
    if (begun && stopped > 0) stalls.push({ at: there ? turn : turn + intervalNs, ns: stopped });
    if (begun) frozenNs += stopped + (there ? 0 : intervalNs);
    begun ||= there;
    turn += intervalNs + stopped;
  }
  return { turns, shown, stalls, frozenNs };
}

/** For every frame, when the earliest of those behind it came; Infinity where none did. */
function earliestAfter(came: Arrivals['came']): number[] {
  const after = new Array<number>(came.length);
  let least = Infinity;
  for (let k = came.length - 1; k >= 0; k--) {
    after[k] = least;
    least = Math.min(least, came[k] ?? Infinity);
  }
  return after;
}
