import { Worker } from 'node:worker_threads';

/** What a thread finds in `workerData`: `mail` is raised when a message waits (see `mailbox.ts`). */
export interface ThreadData<T> {
  readonly mail: Int32Array;
  readonly given: T;
}

/** A worker thread that may be blocked in a loop of its own, as seen by the thread that started it. */
export class Thread<Sent extends object, Received extends object> {
  onMessage: (message: Received) => void = () => {};
  /** What it threw, and after that its end. */
  onError: (error: Error) => void = () => {};
  onExit: (code: number) => void = () => {};
  readonly #mail = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  constructor(module: URL, given: unknown = undefined) {
    const workerData: ThreadData<unknown> = { mail: this.#mail, given };
    this.#worker = new Worker(module, { workerData });
    this.#worker.on('message', (message: Received) => this.onMessage(message));
    this.#worker.on('error', (error) => this.onError(error as Error));
    this.#worker.on('exit', (code) => this.onExit(code));
  }

  send(message: Sent): void {
    this.#worker.postMessage(message);
    Atomics.store(this.#mail, 0, 1);
  }

  /** Ends it wherever it is, and closes what it has open. */
  terminate(): void {
    void this.#worker.terminate();
  }
}
