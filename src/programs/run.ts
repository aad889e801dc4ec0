import { Thread } from '../process/thread.ts';
import { UserError } from '../record/errors.ts';
import type { FromProgram, ProgramSpec, ToProgram } from './protocol.ts';

const WORKER = new URL('./worker.js', import.meta.url);

/** A program at work in a thread of its own, as the command sees it. */
export class RunningProgram {
  onEvent: (event: unknown) => void = () => {};
  /** Resolves when it has ended in good order; rejects with what went wrong, in words for whoever runs it. */
  readonly ended: Promise<void>;
  readonly #thread: Thread<ToProgram, FromProgram>;

  constructor(spec: ProgramSpec) {
    this.#thread = new Thread(WORKER, spec);
    this.ended = new Promise((resolve, reject) => {
      this.#thread.onError = reject;
      this.#thread.onExit = (code) => reject(new Error(`its thread ended with ${code}`));
      this.#thread.onMessage = (message) => {
        if (message.type === 'event') return this.onEvent(message.event);
        this.#thread.terminate();
        if (message.error === undefined) resolve();
        else reject(new UserError(message.error.message, message.error.exitCode));
      };
    });
  }

  input(value: unknown): void {
    this.#thread.send({ type: 'input', value });
  }

  /** Asks it to end. */
  stop(): void {
    this.#thread.send({ type: 'stop' });
  }
}
