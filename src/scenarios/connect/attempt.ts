import type { Loop, Timer } from '../../io/loop.ts';
import type { Connection } from '../../transports/transport.ts';

/** How one connection went; times in ns of the loop's clock. */
export interface Outcome {
  readonly started: number;
  /** Absent: it could not be set up. */
  readonly opened?: number;
  /** Absent: no answer came. */
  readonly answered?: number;
  readonly ended: number;
  readonly error?: Error;
}

/** One connection: set up, used for one request and its answer. */
export class Attempt {
  readonly #loop: Loop;
  readonly #started: number;
  readonly #patience: Timer;
  readonly #connection: Connection;
  readonly #onEnd: (outcome: Outcome, connection: Connection) => void;
  #opened: number | undefined;
  #over = false;

  /**
   * `request`: makes and sends it, false while there is no room; `isAnswer`: of what came; `patienceNs`: how long an answer is waited
   * for. `onEnd` fires once.
   */
  constructor(
    loop: Loop,
    connect: () => Connection,
    request: (connection: Connection) => boolean,
    patienceNs: number,
    onEnd: (outcome: Outcome, connection: Connection) => void,
  ) {
    this.#loop = loop;
    this.#onEnd = onEnd;
    this.#started = loop.now();
    this.#patience = loop.timer(() => this.#end({}));
    const connection = connect();
    this.#connection = connection;
    const ask = (): void => {
      if (this.#over || !request(connection)) return;
      connection.onWritable = () => {};
      if (patienceNs < Infinity) this.#patience.arm(this.#loop.now() + patienceNs);
    };
    connection.onOpen = () => {
      this.#opened = this.#loop.now();
      connection.onWritable = ask;
      ask();
    };
    connection.onMessages = ({ arrival }) => this.#end({ answered: arrival });
    connection.onClose = (error) => this.#end(error ? { error } : {});
  }

  /** Waits no longer. */
  giveUp(): void {
    this.#end({});
  }

  #end(found: Pick<Outcome, 'answered' | 'error'>): void {
    if (this.#over) return;
    this.#over = true;
    this.#patience.cancel();
    const opened = this.#opened === undefined ? {} : { opened: this.#opened };
    this.#onEnd({ started: this.#started, ...opened, ...found, ended: this.#loop.now() }, this.#connection);
  }
}
