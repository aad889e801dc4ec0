import type { DirectionProfile } from '../../link/profile.ts';
import { UserError } from '../../record/errors.ts';
import type { DirectionAccount } from '../../record/schema.ts';
import type { DatagramOptions, DatagramSocket } from '../datagram.ts';
import type { Io } from '../io.ts';
import { LINUX_ONLY } from '../linux-only.ts';
import type { Loop } from '../loop.ts';
import { ImpairedDatagramSocket } from './datagram.ts';
import { NO_STREAMS } from './limits.ts';
import { DatagramLink } from './link.ts';
import { SHIM_MTU } from './sizes.ts';

/**
 * The shim: an `Io` whose datagrams pass one direction of an emulated link before they are sent. All of its sockets share that link,
 * as the programs of one host share its interface. Both ends of a path need one: each impairs what it sends.
 */
export class ImpairedIo implements Io {
  readonly name: Io['name'];
  readonly loop: Loop;
  readonly #inner: Io;
  readonly #link: DatagramLink;
  #sockets = 0;

  /** `profile`: an effective one. */
  constructor(inner: Io, profile: DirectionProfile, seed: number) {
    this.name = inner.name;
    this.loop = inner.loop;
    this.#inner = inner;
    this.#link = new DatagramLink(inner.loop, profile, seed);
  }

  datagram(options: DatagramOptions): DatagramSocket {
    // Nothing here is above loopback's MTU, so nothing is fragmented; but datagrams are then handed over one by one, if many per
    // call: a batch (UDP_SEGMENT) that finds the receiver's buffer full is dropped, and counted, as if it were one.
    const inner = this.#inner.datagram({ ...options, fragment: true });
    return new ImpairedDatagramSocket(this.#link, inner, ++this.#sockets);
  }

  listen(): never {
    throw noStreams();
  }

  connect(): never {
    throw noStreams();
  }

  readonly listenSeqpacket = LINUX_ONLY.listenSeqpacket;
  readonly connectSeqpacket = LINUX_ONLY.connectSeqpacket;
  readonly raw = LINUX_ONLY.raw;

  pathMtu(): number {
    return SHIM_MTU;
  }

  /** The account starts with what is sent at `open` or later and goes on through the drain; its window ends at `close`. */
  window(open: number, close: number): void {
    this.#link.window(open, close);
  }

  account(): DirectionAccount {
    return this.#link.account();
  }

  /** Closes what is left of its sockets at once: nothing more is sent. */
  stop(): void {
    this.#link.stop();
  }
}

const noStreams = (): UserError => new UserError(`${NO_STREAMS.reason}; ${NO_STREAMS.remedy}`, 3);
