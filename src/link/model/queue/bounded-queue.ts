import type { Taus113 } from '../../prng.ts';
import type { Discipline, Queue } from '../../profile.ts';
import type { Packets } from '../packets.ts';
import { Bounds } from '../serialiser.ts';
import { Codel } from './codel.ts';
import { DropHead, DropTail } from './drop-tail.ts';
import { FqCodel } from './fq-codel.ts';
import { Pie } from './pie.ts';
import type { QueueDiscipline } from './queue-discipline.ts';
import type { Server } from './server.ts';
import { Waiting } from './waiting.ts';

/** The queue before a serialiser, under the bounds of which the frame on the serialiser counts. */
export class BoundedQueue {
  readonly waiting: Waiting;
  private readonly packets: Packets;
  private readonly server: Server;
  private readonly bounds: Bounds;
  private readonly discipline: QueueDiscipline;

  constructor(packets: Packets, queue: Queue, server: Server, prng: Taus113) {
    this.packets = packets;
    this.server = server;
    this.waiting = new Waiting(packets, (bytes) => server.workOf(bytes));
    this.bounds = new Bounds(queue);
    this.discipline = queueDiscipline(queue.discipline, this.waiting, prng);
  }

  /** A packet comes; it, or others for it, may be dropped. */
  join(now: number, id: number): void {
    const { discipline, packets, waiting } = this;
    while (!this.fits(now, packets.bytes[id])) {
      if (discipline.makeRoom === undefined || waiting.packets === 0) return packets.drop(id, 'queue');
      discipline.makeRoom();
    }
    if (!discipline.admits(now, id)) return packets.drop(id, 'aqm');
    waiting.join(now, id);
    discipline.push(id);
  }

  /** The packet that is served next, or -1. */
  shift(now: number): number {
    return this.discipline.shift(now);
  }

  private fits(now: number, bytes: number): boolean {
    const { bounds, packets, server, waiting } = this;
    const busy = server.serving >= 0;
    const held = waiting.bytes + (busy ? packets.bytes[server.serving] : 0);
    return bounds.hasRoom(waiting.packets + (busy ? 1 : 0), held, server.doneAt(waiting.work) - now, bytes);
  }
}

function queueDiscipline(discipline: Discipline | undefined, waiting: Waiting, prng: Taus113): QueueDiscipline {
  switch (discipline?.kind) {
    case undefined:
      return new DropTail(waiting);
    case 'drophead':
      return new DropHead(waiting);
    case 'codel':
      return new Codel(waiting, discipline);
    case 'fq_codel':
      return new FqCodel(waiting, discipline);
    case 'pie':
      return new Pie(waiting, discipline, prng);
  }
}
