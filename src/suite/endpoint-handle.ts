import type { FromEndpoint, Sample, ToEndpoint } from '../endpoint/protocol.ts';
import { Child } from '../process/child.ts';

const ENDPOINT = new URL('../endpoint/endpoint.js', import.meta.url);

type OfType<T extends FromEndpoint['type']> = Extract<FromEndpoint, { type: T }>;

/** An endpoint process as the suite sees it: messages by kind, in whatever order they come. */
export class EndpointHandle {
  onTell: (value: unknown) => void = () => {};
  onSamples: (samples: readonly Sample[]) => void = () => {};
  /** The trial cannot go on, says the endpoint. */
  onFailure: (error: Error) => void = () => {};
  readonly #child: Child<ToEndpoint, FromEndpoint>;
  readonly #waiting = new Map<string, (message: FromEndpoint) => void>();
  readonly #early = new Map<string, FromEndpoint>();

  constructor(name: string, prefix: readonly string[]) {
    this.#child = new Child(name, prefix, ENDPOINT);
    this.#child.onMessage = (message) => this.#take(message);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Calls `tell` when the process is no more. Returns what takes that back. */
  onDeath(tell: (error: Error) => void): () => void {
    return this.#child.onDeath(tell);
  }

  #take(message: FromEndpoint): void {
    if (message.type === 'tell') return this.onTell(message.value);
    if (message.type === 'samples') return this.onSamples(message.samples);
    if (message.type === 'failed') {
      return this.onFailure(Object.assign(new Error(message.reason), { code: message.code }));
    }
    const resolve = this.#waiting.get(message.type);
    this.#waiting.delete(message.type);
    if (resolve) resolve(message);
    else this.#early.set(message.type, message);
  }

  send(message: ToEndpoint): void {
    this.#child.send(message);
  }

  /** The next message of this kind, which may have come already. Never rejects: see `onFailure` and `onDeath`. */
  next<T extends FromEndpoint['type']>(type: T): Promise<OfType<T>> {
    return new Promise((resolve) => {
      const early = this.#early.get(type);
      if (early) {
        this.#early.delete(type);
        return resolve(early as OfType<T>);
      }
      this.#waiting.set(type, resolve as (message: FromEndpoint) => void);
    });
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}
