import { FRAME_BYTES } from '../model/holding.ts';
import { MAX_HELD, type Stage } from '../profile.ts';

/** A qdisc with its place in the tree of its device. */
export interface Qdisc {
  readonly stage: Stage;
  readonly dev: string | undefined;
  /** Major number of the handle. */
  readonly handle: string | undefined;
  /** Major number of the parent's handle; absent at the root. */
  readonly parent: string | undefined;
  /** Says what is wrong with it. */
  readonly refuse: (problem: string) => never;
}

/** The major number of a handle or class: `1` of `1:`, `01:2` and `1`. */
export function majorOf(handle: string): string {
  return handle
    .replace(/:.*$/, '')
    .replace(/^0+(?=.)/, '')
    .toLowerCase();
}

/**
 * The stages in the order in which a packet passes them, whatever the order of the qdiscs, of which there is at least one. A netem hands to
 * its child what its delay has let go; a tbf takes from its child what its tokens allow, so that the child comes first. It has replaced
 * the tbf's queue, and with it the bound.
 */
export function chained(qdiscs: readonly Qdisc[]): Stage[] {
  const devices = [...new Set(qdiscs.map(({ dev }) => dev))];
  const foreign = qdiscs.find(({ dev }) => dev !== devices[0]);
  foreign?.refuse(
    `the devices are ${devices.join(' and ')}; a direction is one device: write up: and down: before them`,
  );
  const left = new Set(qdiscs);
  const pick = (parent: string | undefined, twice: string): Qdisc | undefined => {
    const [found, second] = [...left].filter((qdisc) => qdisc.parent === parent);
    second?.refuse(twice);
    if (found) left.delete(found);
    return found;
  };
  const chain: Stage[] = [];
  let next = pick(undefined, 'is a second root; only a chain of qdiscs is emulated');
  while (next) {
    chain.push(next.stage);
    const { handle } = next;
    next = handle === undefined ? undefined : pick(handle, `is a second child of ${handle}:; only a chain is emulated`);
  }
  const [lost] = left;
  lost?.refuse(
    `parent ${lost.parent}: does not lead to the root; write 'root', or 'root handle ${lost.parent}:' at the first`,
  );
  const passed: Stage[] = [];
  let child: Stage | undefined;
  for (const stage of chain.toReversed()) {
    if (stage.kind === 'netem') passed.unshift(stage);
    else passed.push(child ? { ...stage, limitBytes: roomOf(child) } : stage);
    child = stage.kind === 'netem' ? stage : passed.at(-1);
  }
  return passed;
}

/** Bytes that may wait in a qdisc and so for the tokens of its parent; packets count as full frames. */
const roomOf = (child: Stage): number =>
  child.kind === 'tbf' ? child.limitBytes : (child.limit ?? MAX_HELD) * FRAME_BYTES;
