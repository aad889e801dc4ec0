import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { ThreadData } from './thread.ts';

/** A worker thread's end of the relay in `thread.ts`. */
export class Mailbox<Received extends object, Sent extends object> {
  onMessage: (message: Received) => void = () => {};
  readonly #port: MessagePort;
  readonly #mail: Int32Array;

  constructor() {
    if (!parentPort) throw new Error('this module runs in a worker thread only');
    this.#port = parentPort;
    this.#mail = (workerData as ThreadData<unknown>).mail;
    this.#port.on('message', (message: Received) => this.onMessage(message));
  }

  send(message: Sent): void {
    this.#port.postMessage(message);
  }

  /** Hands out what has come while a blocking loop kept Node's own events from doing so. Cheap when nothing has. */
  poll(): void {
    if (Atomics.load(this.#mail, 0) === 0) return;
    Atomics.store(this.#mail, 0, 0);
    for (;;) {
      const received = receiveMessageOnPort(this.#port);
      if (!received) return;
      this.onMessage(received.message as Received);
    }
  }
}
