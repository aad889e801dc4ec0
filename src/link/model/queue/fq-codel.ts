import { CodelControl, type CodelParameters } from './codel.ts';
import { Fifo } from './fifo.ts';
import { FlowList } from './flow-list.ts';
import type { QueueDiscipline } from './queue-discipline.ts';
import type { Waiting } from './waiting.ts';

interface FqCodelParameters extends CodelParameters {
  readonly flows: number;
  readonly quantumBytes: number;
}

/** Most packets that are dropped at a time when the queue is full (RFC 8290, section 4.1.3): looking for the fattest flow takes long. */
const DROP_BATCH = 64;

/** `fq_codel`, RFC 8290: flows take turns by bytes, new ones first, each under a CoDel of its own. */
export class FqCodel implements QueueDiscipline {
  private readonly waiting: Waiting;
  private readonly fifos: readonly Fifo[];
  private readonly controls: readonly CodelControl[];
  /** Bytes that a flow may still send in its turn. */
  private readonly credits: Int32Array;
  private readonly listed: Uint8Array;
  private readonly fresh: FlowList;
  private readonly old: FlowList;
  private readonly quantum: number;

  constructor(waiting: Waiting, parameters: FqCodelParameters) {
    const { flows } = parameters;
    const next = new Int32Array(flows);
    this.waiting = waiting;
    this.fifos = Array.from({ length: flows }, () => new Fifo(waiting.pool));
    this.controls = Array.from({ length: flows }, () => new CodelControl(waiting, parameters));
    this.credits = new Int32Array(flows);
    this.listed = new Uint8Array(flows);
    this.fresh = new FlowList(next);
    this.old = new FlowList(next);
    this.quantum = parameters.quantumBytes;
  }

  admits(): boolean {
    return true;
  }

  push(id: number): void {
    const flow = (this.waiting.pool.flowHash(id) >>> 0) % this.fifos.length;
    this.fifos[flow].push(id);
    if (this.listed[flow] === 1) return;
    this.listed[flow] = 1;
    this.credits[flow] = this.quantum;
    this.fresh.push(flow);
  }

  shift(now: number): number {
    for (;;) {
      const list = this.fresh.head >= 0 ? this.fresh : this.old;
      const flow = list.head;
      if (flow < 0) return -1;
      if (this.credits[flow] <= 0) {
        this.credits[flow] += this.quantum;
        list.shift();
        this.old.push(flow);
        continue;
      }
      const id = this.controls[flow].shift(now, this.fifos[flow]);
      if (id >= 0) {
        this.credits[flow] -= this.waiting.pool.bytes[id];
        return id;
      }
      list.shift();
      // A new flow that ran empty waits behind the old ones, lest it come back as new at once.
      if (list === this.fresh) this.old.push(flow);
      else this.listed[flow] = 0;
    }
  }

  /** Half of the bytes of the flow that has most, from its head. */
  makeRoom(): void {
    let fattest = 0;
    for (let flow = 1; flow < this.fifos.length; flow++) {
      if (this.fifos[flow].bytes > this.fifos[fattest].bytes) fattest = flow;
    }
    const fifo = this.fifos[fattest];
    const half = fifo.bytes / 2;
    for (let dropped = 0; dropped < DROP_BATCH && fifo.packets > 0; dropped++) {
      this.waiting.drop(fifo.shift(), 'queue');
      if (fifo.bytes <= half) break;
    }
  }
}
