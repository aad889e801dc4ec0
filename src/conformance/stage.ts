import type { Io } from '../io/io.ts';

const DEADLINE_NS = 20e9;
/** How long a closed stage listens for events that must not come. */
const SILENCE_NS = 5e6;
const EVENTS = [
  'onOpen',
  'onDatagrams',
  'onReadable',
  'onWritable',
  'onStream',
  'onError',
  'onMessages',
  'onConnection',
];

/** How long it may take from close() to onClose. */
const CLOSING_NS = 5e9;

/** Long enough on one loop for anything that is about to fire to have fired. */
export const SETTLE_NS = 5e6;

interface Closable {
  close(): void;
  onClose: (error?: Error) => void;
}

/** What a stage knows of something that it keeps. */
interface Kept {
  readonly socket: Closable;
  closed: boolean;
}

/**
 * Where a case plays: both ends of every connection on one loop in one thread. A loop may hold its thread, so a case is
 * made of callbacks alone, ends by `done()`, and fails by throwing inside a callback or by the deadline. Whatever is kept
 * must not fire anything after `onClose`; at the end it is closed, and must then be silent but for that.
 */
export class Stage {
  readonly io: Io;
  readonly #kept: Kept[] = [];
  #done = false;

  constructor(io: Io) {
    this.io = io;
  }

  /** Watches over `socket`, and closes it at the end of the case. */
  keep<T extends Closable>(socket: T): T {
    const kept: Kept = { socket, closed: false };
    this.#kept.push(kept);
    watch(kept);
    return socket;
  }

  /** Calls `task` after `ns`. */
  after(ns: number, task: () => void): void {
    this.io.loop.timer(task).arm(this.io.loop.now() + ns);
  }

  /** Tries `attempt` every millisecond until it holds, then goes on. */
  until(attempt: () => boolean, then: () => void): void {
    const timer = this.io.loop.timer(() => {
      if (attempt()) then();
      else timer.arm(this.io.loop.now() + 1e6);
    });
    timer.arm(0);
  }

  /** The case has seen all that it waited for. */
  done(): void {
    if (this.#done) return;
    this.#done = true;
    // Later: `done` may be called from the very event of a socket that is being closed.
    this.after(0, () => this.#close());
  }

  async run(act: () => void): Promise<void> {
    const { loop } = this.io;
    const deadline = loop.timer(() => {
      const seconds = DEADLINE_NS / 1e9;
      throw new Error(`the case did not come to its end within ${seconds} s: an event that it waits for is missing`);
    });
    deadline.arm(loop.now() + DEADLINE_NS);
    try {
      act();
      await loop.run();
    } finally {
      deadline.cancel();
      for (const { socket } of this.#kept) socket.close();
    }
  }

  #close(): void {
    for (const { socket } of this.#kept) silence(socket);
    for (const { socket } of this.#kept) socket.close();
    const limit = this.io.loop.now() + CLOSING_NS;
    this.until(
      () => {
        if (this.io.loop.now() > limit) throw new Error('onClose did not follow close()');
        return this.#kept.every(({ closed }) => closed);
      },
      () => this.after(SILENCE_NS, () => this.io.loop.stop()),
    );
  }
}

/** Puts a guard around every event, which a case goes on setting as usual. */
function watch(kept: Kept): void {
  const events = kept.socket as unknown as Record<string, (...values: unknown[]) => void>;
  for (const event of [...EVENTS, 'onClose']) {
    let handler = events[event];
    if (handler === undefined) continue;
    const guarded = (...values: unknown[]): void => {
      if (kept.closed) throw new Error(`${event} fired after onClose`);
      if (event === 'onClose') kept.closed = true;
      handler.apply(kept.socket, values);
    };
    const set = (given: typeof handler): void => {
      handler = given;
    };
    Object.defineProperty(events, event, { get: () => guarded, set, configurable: true });
  }
}

function silence(socket: Closable): void {
  const events = socket as unknown as Record<string, unknown>;
  for (const event of EVENTS) if (event in socket) events[event] = unexpected(`${event} after close()`);
  socket.onClose = () => {};
}

/** A case that plays on a stage of its own. */
export function onStage(makeIo: () => Io, act: (stage: Stage) => void): () => Promise<void> {
  return () => {
    const stage = new Stage(makeIo());
    return stage.run(() => act(stage));
  };
}

/** For events that must not fire. */
export function unexpected(what: string): (error?: unknown) => never {
  return (error) => {
    throw new Error(`unexpected ${what}`, error instanceof Error ? { cause: error } : {});
  };
}

/** Calls `then` at the `count`-th call. */
export function countdown(count: number, then: () => void): () => void {
  let left = count;
  return () => {
    if (--left === 0) then();
  };
}
