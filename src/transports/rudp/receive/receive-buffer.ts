import type { Batch } from '../../../io/batch.ts';
import type { Mode } from '../wire/parameters.ts';
import type { WindowOptions } from './credit.ts';
import { MessageBuffer } from './message-buffer.ts';
import { OrderedBuffer } from './ordered-buffer.ts';

/**
 * Makes messages again of the data that comes in, and decides how far the peer may send. Offsets count the bytes of the peer's
 * sequence, prefixes of messages included; messages are delivered without.
 */
export interface ReceiveBuffer {
  /** Everything below is in, or will not be sent any more. */
  readonly contiguous: number;
  /** MAX_DATA as it may be told now: `contiguous` and a window, but never more than there can be memory for. */
  readonly credit: number;
  /** Worth telling: half of the window that the peer knows of is used up. */
  readonly creditChanged: boolean;
  /** Bytes that are in but not delivered yet; without order, at most so many. Goes through all that is held: not for every packet. */
  readonly heldBytes: number;
  /** Of memory for what has to wait. */
  readonly ringBytes: number;
  /** Bytes that the window allows beyond `contiguous`. */
  readonly window: number;
  /** The peer broke the rules, stays so: what it sends is not taken any more. Look at it after `flush` too. */
  readonly violated: boolean;
  /** As far as is known, NaN: unknown. Without it the window does not grow by the pace of the data. */
  roundTripNs: number;
  /** `credit`, which is about to be told to the peer: it is held to that. */
  advertise(now: number): number;
  /**
   * Data that lies in bytes[at, at + length), the first of it `head` bytes behind the start of its message (in mode `ordered` it
   * does not matter). `bytes` must stay as it is until `flush`, or until a call with other `bytes` or another `arrival`, in ns.
   * False: not taken, as if it had never come, and must not be acknowledged.
   */
  onData(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    length: number,
    offset: number,
    head: number,
    arrival: number,
  ): boolean;
  /** Nothing below `offset` will be sent again. */
  onSkip(offset: number): void;
  /** The end of a batch of datagrams: delivers what waits. */
  flush(): void;
}

/** `deliver` gets whole messages; the batch and its memory are valid in that call only, in which no data is taken. */
export function makeReceiveBuffer(mode: Mode, options: WindowOptions, deliver: (batch: Batch) => void): ReceiveBuffer {
  return mode === 'ordered' ? new OrderedBuffer(options, deliver) : new MessageBuffer(mode, options, deliver);
}
