import type { Batch } from '../../../io/batch.ts';
import { Credit, type WindowOptions } from './credit.ts';
import { Deliveries } from './deliveries.ts';
import { PREFIX_BYTES } from './message-prefix.ts';
import { Received } from './received.ts';
import { Ring } from './ring.ts';

/** What receive buffers of all modes have: what is in, the memory for what has to wait, and the credit. */
export abstract class WindowBuffer {
  violated = false;
  protected readonly received: Received = new Received();
  protected readonly ring: Ring = new Ring();
  protected readonly allowance: Credit;
  protected readonly deliveries: Deliveries;
  /** Bytes of a message at most: together with its prefix it fits into the ring. */
  protected readonly maxMessage: number;

  constructor(options: WindowOptions, deliver: (batch: Batch) => void) {
    this.allowance = new Credit(options);
    this.deliveries = new Deliveries(deliver);
    const most = this.allowance.maxWindow - PREFIX_BYTES;
    this.maxMessage = Math.min(options.maxMessage ?? most, most);
  }

  abstract get heldBytes(): number;

  get contiguous(): number {
    return this.received.contiguous;
  }

  get credit(): number {
    return this.allowance.credit;
  }

  get creditChanged(): boolean {
    return this.allowance.changed;
  }

  get window(): number {
    return this.allowance.window;
  }

  get roundTripNs(): number {
    return this.allowance.roundTripNs;
  }

  set roundTripNs(ns: number) {
    this.allowance.roundTripNs = ns;
  }

  get ringBytes(): number {
    return this.ring.bytes.length;
  }

  advertise(now: number): number {
    return this.allowance.advertise(now);
  }
}
