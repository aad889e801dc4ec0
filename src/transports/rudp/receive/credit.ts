export interface WindowOptions {
  /** Bytes that the peer may send before it hears more, as announced in the handshake. */
  readonly initialWindow: number;
  readonly maxWindow: number;
  /** NaN: unknown. */
  readonly roundTripNs: number;
  /** Bytes of the largest message, at most `maxWindow` less 4, which is the default. */
  readonly maxMessage?: number;
}

/**
 * How far the peer may send. The window doubles when half of it is used up within two round trips, and when data comes
 * in its last quarter, so that it comes to hold at least four times what is under way: a hole must not stop the sender before it is
 * filled, at 10 % loss neither.
 */
export class Credit {
  /** Largest that the peer knows of. */
  told: number;
  roundTripNs: number;
  window: number;
  readonly #maxWindow: number;
  /** Bytes that can be held at once. */
  readonly #capacity: number;
  #contiguous = 0;
  #base = 0;
  #highest = 0;
  #toldAt = NaN;

  constructor(options: WindowOptions) {
    this.window = options.initialWindow;
    this.told = options.initialWindow;
    this.roundTripNs = options.roundTripNs;
    this.#maxWindow = Math.max(options.maxWindow, options.initialWindow);
    this.#capacity = 2 ** Math.ceil(Math.log2(this.#maxWindow));
  }

  get maxWindow(): number {
    return this.#maxWindow;
  }

  /** What the peer may be told. Never less than it was told before. */
  get credit(): number {
    return this.#within(this.window);
  }

  /** Half of the window is used up, or the peer has come near its end though something is missing. */
  get changed(): boolean {
    return (this.told - this.#contiguous <= this.window / 2 && this.credit > this.told) || this.#tight;
  }

  /** The holes of so many round trips lie in the window that little is left to send in. */
  get #tight(): boolean {
    return this.#highest > this.told - this.window / 4 && this.window < this.#maxWindow;
  }

  /** Data up to `end` has come. */
  saw(end: number): void {
    if (end > this.#highest) this.#highest = end;
  }

  #within(window: number): number {
    const most = Math.min(this.#contiguous + window, this.#base + this.#capacity, Number.MAX_SAFE_INTEGER);
    return Math.max(this.told, most);
  }

  /** Everything below `contiguous` is in, and nothing below `base` is held any more. */
  update(contiguous: number, base: number, now: number): void {
    this.#contiguous = contiguous;
    this.#base = base;
    if (Number.isNaN(this.#toldAt)) this.#toldAt = now;
  }

  /** A message of which `bytes` have to be held must not leave less than half of the window to what follows it. */
  makeRoom(bytes: number): void {
    while (bytes > this.window / 2 && this.window < this.#maxWindow) this.#double();
  }

  /** The credit, which is about to be told. */
  advertise(now: number): number {
    if (this.changed) {
      if (this.#tight || now - this.#toldAt < 2 * this.roundTripNs) this.#double();
      this.#toldAt = now;
    }
    this.told = this.credit;
    return this.told;
  }

  #double(): void {
    this.window = Math.min(2 * this.window, this.#maxWindow);
  }
}
