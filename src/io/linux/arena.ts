import { Extents } from '../../wire/extents.ts';
import type { DatagramBatch, Peer } from '../datagram.ts';
import { addressOf, libc, MSG_DONTWAIT, memory, SOL_UDP, UDP_GRO } from './libc.ts';
import { MessageVector } from './messages.ts';
import { decodeAddress, SOCKADDR_BYTES } from './sockaddr.ts';

/** Large enough for any datagram, and for the whole of what UDP_GRO puts together. */
const SLOT_BYTES = 65_536;

class Batch extends Extents implements DatagramBatch {
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
  readonly #batch = new Batch(this.#bytes);

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
    const a = this.#receiving.nameOffset(first);
    for (let i = first + 1; i < count; i++) {
      const b = this.#receiving.nameOffset(i);
      for (let k = 0; k < SOCKADDR_BYTES; k++) {
        if (this.#receiving.names[a + k] !== this.#receiving.names[b + k]) return i;
      }
    }
    return count;
  }

  /** The source of message i: the same object for the same address every time. */
  peer(i: number, known: Map<string, Peer>): Peer {
    const address = decodeAddress(this.#receiving.names, this.#receiving.nameOffset(i));
    const key = `${address.host} ${address.port}`;
    const peer = known.get(key);
    if (peer) return peer;
    known.set(key, address);
    return address;
  }

  /** The datagrams of messages first..past-1; UDP_GRO tells the size of those that it put together. */
  batch(first: number, past: number, arrival: number): DatagramBatch {
    const batch = this.#batch;
    batch.count = 0;
    batch.arrival = arrival;
    for (let i = first; i < past; i++) {
      const start = i * SLOT_BYTES;
      const end = start + this.#receiving.length(i);
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
