import { Fifo } from './fifo.ts';
import type { QueueDiscipline } from './queue-discipline.ts';
import type { Waiting } from './waiting.ts';

/** First come, first served; what finds the queue full is dropped. */
export class DropTail implements QueueDiscipline {
  protected readonly fifo: Fifo;
  protected readonly waiting: Waiting;

  constructor(waiting: Waiting) {
    this.waiting = waiting;
    this.fifo = new Fifo(waiting.pool);
  }

  admits(_now: number, _id: number): boolean {
    return true;
  }

  push(id: number): void {
    this.fifo.push(id);
  }

  shift(_now: number): number {
    const id = this.fifo.shift();
    if (id >= 0) this.waiting.leave(id);
    return id;
  }
}

/** First come, first served; when the queue is full, what has waited longest is dropped. */
export class DropHead extends DropTail {
  makeRoom(): void {
    this.waiting.drop(this.fifo.shift(), 'queue');
  }
}
