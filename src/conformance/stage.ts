import type { Io } from '../io/io.ts';

const DEADLINE_NS = 20e9;
/** How long a closed stage listens for events that must not come. */
const SILENCE_NS = 5e6;
const EVENTS = ['onOpen', 'onDatagrams', 'onReadable', 'onWritable', 'onStream', 'onError', 'onMessages', 'onConnection'];

interface Closable {
  close(): void;
  onClose: (error?: Error) => void;
}

/**
 * Where a case plays: both ends of every connection on one loop in one thread. A loop may hold its thread, so a case is
 * made of callbacks alone, ends by `done()`, and fails by throwing inside a callback or by the deadline. At the end all
 * that was kept is closed, and must then be silent but for one `onClose` each.
 */
export class Stage {
  readonly io: Io;
  readonly #kept: Closable[] = [];
  #done = false;

  constructor(io: Io) {
    this.io = io;
  }

  /** Closes `socket` at the end of the case. */
  keep<T extends Closable>(socket: T): T {
    this.#kept.push(socket);
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
      throw new Error(`the case did not come to its end within ${DEADLINE_NS / 1e9} s: an event that it waits for is missing`);
    });
    deadline.arm(loop.now() + DEADLINE_NS);
    try {
      act();
      await loop.run();
    } finally {
      deadline.cancel();
      for (const socket of this.#kept) socket.close();
    }
  }

  #close(): void {
    for (const socket of this.#kept) {
      silence(socket);
      socket.close();
    }
    this.after(SILENCE_NS, () => this.io.loop.stop());
  }
}

function silence(socket: Closable): void {
  let closed = false;
  const events = socket as unknown as Record<string, () => void>;
  for (const event of EVENTS) {
    if (!(event in socket)) continue;
    events[event] = () => {
      throw new Error(`${event} fired after close()`);
    };
  }
  socket.onClose = () => {
    if (closed) throw new Error('onClose fired twice');
    closed = true;
  };
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
