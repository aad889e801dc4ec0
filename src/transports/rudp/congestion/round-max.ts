/** The maximum over the last so many rounds, the current one included. */
export class RoundMax {
  #value = 0;
  readonly #rounds: Float64Array;
  #at = 0;

  constructor(rounds: number) {
    this.#rounds = new Float64Array(rounds);
  }

  get value(): number {
    return this.#value;
  }

  add(sample: number): void {
    if (sample > this.#rounds[this.#at]) this.#rounds[this.#at] = sample;
    if (sample > this.#value) this.#value = sample;
  }

  /** Begins a new round: the oldest is forgotten. */
  advance(): void {
    const rounds = this.#rounds;
    this.#at = (this.#at + 1) % rounds.length;
    const forgotten = rounds[this.#at];
    rounds[this.#at] = 0;
    if (forgotten < this.#value) return;
    this.#value = 0;
    for (const round of rounds) if (round > this.#value) this.#value = round;
  }

  /** Forgets all, then holds `sample`. */
  reset(sample: number): void {
    this.#rounds.fill(0);
    this.#rounds[this.#at] = sample;
    this.#value = sample;
  }
}
