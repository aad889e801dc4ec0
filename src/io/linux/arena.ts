import { Extents } from '../../wire/extents.ts';
import type { Batch } from '../batch.ts';
import type { Peer } from '../datagram.ts';
import { addressOf, libc, MSG_DONTWAIT, memory, SOL_UDP, UDP_GRO } from './libc.ts';
import { MessageVector } from './messages.ts';
import { type PeerTable, sameBytes } from './peers.ts';

/** Large enough for any datagram, and for the whole of what UDP_GRO puts together. */
const SLOT_BYTES = 65_536;

class ArenaBatch extends Extents implements Batch {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  arrival = 0;

  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}

/** The buffers that all datagram sockets of a loop share: one thread reads into them and hands them out before it reads again. */
export class DatagramArena {
  readonly slots = 16;
  readonly sending = new MessageVector(64);
  readonly #receiving = new MessageVector(this.slots);
  readonly #bytes = memory(this.slots * SLOT_BYTES);
  readonly #batch = new ArenaBatch(this.#bytes);

  constructor() {
    for (let i = 0; i < this.slots; i++) {
      this.#receiving.setBuffer(i, addressOf(this.#bytes) + i * SLOT_BYTES, SLOT_BYTES);
    }
  }

  /** Reads what is there, at most `slots` messages; -1 with errno set when there is nothing. */
  receive(fd: number): number {
    for (let i = 0; i < this.slots; i++) this.#receiving.prepareReceive(i);
    return libc.recvmmsg(fd, this.#receiving.address, this.slots, MSG_DONTWAIT, 0);
  }

  /** The end of the run of messages from one source that starts at `first`. */
  endOfSource(first: number, count: number): number {
    const { names } = this.#receiving;
    const [at, bytes] = [this.#receiving.nameOffset(first), this.#receiving.nameBytes(first)];
    for (let i = first + 1; i < count; i++) {
      if (this.#receiving.nameBytes(i) !== bytes) return i;
      if (!sameBytes(names, at, names, this.#receiving.nameOffset(i), bytes)) return i;
    }
    return count;
  }

  /** The source of message i: the same object for the same address every time. */
  peer(i: number, known: PeerTable): Peer {
    return known.at(this.#receiving.names, this.#receiving.nameOffset(i), this.#receiving.nameBytes(i));
  }

  /** The first message of `first..past-1` that is empty, or `past`. */
  firstEmpty(first: number, past: number): number {
    for (let i = first; i < past; i++) if (this.#receiving.length(i) === 0) return i;
    return past;
  }

  /**
   * The datagrams of messages first..past-1; UDP_GRO tells the size of those that it put together. `ipHeader`: each begins with the
   * header of an IPv4 packet, which is not part of it.
   */
  batch(first: number, past: number, arrival: number, ipHeader: boolean): Batch {
    const batch = this.#batch;
    batch.count = 0;
    batch.arrival = arrival;
    for (let i = first; i < past; i++) {
      const slot = i * SLOT_BYTES;
      const start = ipHeader ? slot + 4 * (this.#bytes[slot] & 15) : slot;
      const end = slot + this.#receiving.length(i);
      const size = this.#receiving.control(i, SOL_UDP, UDP_GRO) || end - start;
      let at = start;
      do {
        batch.add(at, Math.min(size, end - at));
        at += size;
      } while (at < end);
    }
    return batch;
  }
}
