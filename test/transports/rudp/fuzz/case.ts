import type { Random } from './random.ts';

/** What a case counts and remembers, so that a failure can be told. */
export class Inputs {
  count = 0;
  last: Uint8Array = new Uint8Array(0);

  /** About to be handed over. */
  note(bytes: Uint8Array): void {
    this.count++;
    this.last = bytes;
  }
}

/** One kind of thing to attack. A case of it hands over about `inputs` hostile datagrams, and throws when a promise is broken. */
export interface Target {
  readonly name: string;
  run(random: Random, inputs: Inputs, most: number): void;
}

/** Throws unless `holds`. */
export function promise(holds: boolean, what: () => string): asserts holds {
  if (!holds) throw new Error(what());
}
