import { Inputs, type Target } from './case.ts';
import { engineTarget } from './engine-target.ts';
import { networkTarget } from './network-target.ts';
import { partsTarget } from './parts-target.ts';
import { Random } from './random.ts';

/** Hostile datagrams of one case. */
const PER_CASE = 500;
/** Of the case number, in the seed of the case. */
const CASE_BITS = 21;

export const fuzzTargets: readonly Target[] = [engineTarget, partsTarget, networkTarget];

/** A promise of the protocol that was broken, and how to break it again. */
export class FuzzFailure extends Error {
  override name = 'FuzzFailure';
}

/** Runs one case, and returns how many hostile datagrams it has handed over. @throws FuzzFailure */
export function fuzzCase(seed: number, number: number, targets: readonly Target[] = fuzzTargets): number {
  const target = targets[number % targets.length];
  const inputs = new Inputs();
  try {
    withSeededIds(new Random(seed * 2 ** CASE_BITS + number), (random) => target.run(random, inputs, PER_CASE));
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    const last = Buffer.from(inputs.last).toString('hex');
    const again = `npm run fuzz -- ${seed} ${number}`;
    throw new FuzzFailure(
      `${target.name}: ${said} (seed ${seed}, case ${number}, input ${inputs.count}: ${last}); again: ${again}`,
      { cause },
    );
  }
  return inputs.count;
}

/** Connection ids come from nowhere but the case; of it all only the secrets behind the cookies differ from run to run. */
function withSeededIds(random: Random, run: (random: Random) => void): void {
  const real = crypto.getRandomValues;
  crypto.getRandomValues = ((words: Uint32Array) => words.map(() => random.uint32())) as typeof real;
  try {
    run(random);
  } finally {
    crypto.getRandomValues = real;
  }
}

/** Runs cases until `inputs` datagrams have been handed over; yields how many so far, case by case. @throws FuzzFailure */
export function* fuzz(seed: number, inputs: number): Generator<number> {
  let done = 0;
  for (let number = 0; done < inputs; number++) {
    done += fuzzCase(seed, number);
    yield done;
  }
}
