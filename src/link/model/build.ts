import { otherSeed, Taus113 } from '../prng.ts';
import { type DirectionProfile, MAX_HELD, type Netem } from '../profile.ts';
import type { Element } from './element.ts';
import { Line } from './line.ts';
import { NetemElement } from './netem.ts';
import type { Path } from './path.ts';
import { RateBottleneck } from './queue/rate-bottleneck.ts';
import { TraceBottleneck } from './queue/trace-bottleneck.ts';
import { slotProcess } from './slots.ts';
import { TbfElement } from './tbf.ts';

const UNIMPAIRED: Netem = { kind: 'netem', limit: MAX_HELD };

/** The elements of a direction's stages. `seed`: of the trial; stage number i has `seed` + 2i, or its own. */
export function buildElements({ stages }: DirectionProfile, seed: number | bigint, path: Path): readonly Element[] {
  const elements: Element[] = [];
  (stages.length > 0 ? stages : [UNIMPAIRED]).forEach((stage, i) => {
    const first = elements.length;
    if (stage.kind === 'tbf') elements.push(new TbfElement(path, stage, first));
    else elements.push(...netemElements(path, stage, first, stage.seed ?? BigInt(seed) + 2n * BigInt(i)));
  });
  return elements;
}

/** `first`: the number of the first of them. */
function netemElements(path: Path, stage: Netem, first: number, seed: bigint): readonly Element[] {
  const prng = new Taus113(seed);
  const other = new Taus113(otherSeed(seed));
  const slots = slotProcess(stage.slot, prng, other);
  const { trace, rate, queue } = stage;
  if (!trace && !queue?.discipline) return [new NetemElement(path, stage, first, first + 1, slots, prng, other)];
  const release = slots ? [new Line(path.packets, slots)] : [];
  const line = new NetemElement(path, stage, first, first + 2 + release.length, undefined, prng, other);
  if (trace) return [line, new TraceBottleneck(path, line, trace, queue ?? {}, prng), ...release];
  if (!rate) throw new RangeError('link model: a queue needs a rate or a trace');
  return [line, new RateBottleneck(path, line, rate, queue ?? {}, prng), ...release];
}
