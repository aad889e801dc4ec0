import type { Queue, Rate } from '../profile.ts';

/** How long a frame occupies the serialiser, ns (`packet_time_ns` of sch_netem, without rounding). */
export class SerialisationTime {
  private readonly nsPerByte: number;
  private readonly overhead: number;
  private readonly cellBytes: number;
  private readonly bytesPerCell: number;

  constructor({ bps, packetOverhead, cellBytes, cellOverhead }: Rate) {
    this.nsPerByte = 8e9 / bps;
    this.overhead = packetOverhead;
    this.cellBytes = cellBytes;
    this.bytesPerCell = Math.max(0, cellBytes + cellOverhead);
  }

  of(bytes: number): number {
    const length = Math.max(0, bytes + this.overhead);
    return (this.cellBytes > 0 ? Math.ceil(length / this.cellBytes) * this.bytesPerCell : length) * this.nsPerByte;
  }
}

/** The bounds of a queue, each infinite where it is not given. */
export class Bounds {
  readonly packets: number;
  readonly bytes: number;
  readonly ns: number;

  constructor(queue: Queue) {
    this.packets = queue.packets ?? Number.POSITIVE_INFINITY;
    this.bytes = queue.bytes ?? Number.POSITIVE_INFINITY;
    this.ns = queue.ns ?? Number.POSITIVE_INFINITY;
  }

  /** Whether there is room for a frame of `bytes` where so many packets and bytes are, and it would wait for `ns`. */
  hasRoom(packets: number, queuedBytes: number, ns: number, bytes: number): boolean {
    return packets < this.packets && queuedBytes + bytes <= this.bytes && ns <= this.ns;
  }
}
