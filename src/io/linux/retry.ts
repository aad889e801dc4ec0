import { type Address, isUnix } from '../address.ts';
import type { Timer } from '../loop.ts';
import type { LinuxLoop } from './loop.ts';

const PAUSE_NS = 1e6;

/** Waits for what the kernel announces by no event. */
export class Retry {
  waiting = false;
  readonly #loop: LinuxLoop;
  readonly #attempt: () => void;
  #timer: Timer | undefined;

  constructor(loop: LinuxLoop, attempt: () => void) {
    this.#loop = loop;
    this.#attempt = attempt;
  }

  later(): void {
    this.#timer ??= this.#loop.timer(() => {
      this.waiting = false;
      this.#attempt();
    });
    this.waiting = true;
    this.#timer.arm(this.#loop.now() + PAUSE_NS);
  }

  cancel(): void {
    this.waiting = false;
    this.#timer?.cancel();
  }
}

/** Whether a listener's backlog was full: a unix socket is then told so, where TCP would send its SYN again. */
export const backlogFull = (remote: Address | undefined, error: unknown): boolean =>
  remote !== undefined && isUnix(remote.host) && (error as NodeJS.ErrnoException).code === 'EAGAIN';
