import type fc from 'fast-check';
import { effectiveProfile } from '../../../src/link/effective.ts';
import type { DirectionProfile, Netem, Stage } from '../../../src/link/profile.ts';
import { direction } from '../../link/arbitrary.ts';

/** A stage without what netem has no word for. */
function known(stage: Stage): Stage {
  if (stage.kind === 'tbf') return stage;
  const { trace: _trace, outage: _outage, keepOrder: _keepOrder, queue, corrupt, ...rest } = stage;
  const netem: Netem = corrupt ? { ...rest, corrupt: { ...corrupt, where: 'frame' } } : rest;
  return queue?.packets === undefined || !netem.rate ? netem : { ...netem, queue: { packets: queue.packets } };
}

/** Effective directions that the kernel can do. */
export const kernelDirection: fc.Arbitrary<DirectionProfile> = direction().map(({ stages }) => {
  const last = stages.findIndex((stage) => stage.kind === 'tbf' || stage.reorder !== undefined);
  const up = { stages: stages.slice(0, last < 0 ? stages.length : last + 1).map(known) };
  return effectiveProfile({ up, down: { stages: [] } }).up;
});
