import { addressOf, CLOCK_REALTIME, memory as kernelMemory, libc } from '../io/linux/libc.ts';
import type { Loop, Timer } from '../io/loop.ts';
import { DirectionTap } from './direction-tap.ts';
import { PacketFile } from './packet-file.ts';
import { interfaceDescription, sectionHeader } from './pcapng.ts';
import type { FrameMemory, Tap } from './tap.ts';

const FLUSH_NS = 200e6;
/** The middlebox's interfaces, named after who is at the other end; their numbers are their places here. */
const ENDS = ['client', 'server'] as const;
type End = (typeof ENDS)[number];

/** What a middlebox sees, both ways, as a pcapng file. Wireshark and its kin read it while it grows. */
export class Capture {
  readonly #loop: Loop;
  readonly #file: PacketFile;
  readonly #flushing: Timer;
  #armed = false;

  /** `about` goes into the file as its comment. Throws what the system says of a path that cannot be written. */
  constructor(loop: Loop, path: string, about: string) {
    this.#loop = loop;
    const header = [
      sectionHeader('netduel', about),
      ...ENDS.map((end) => interfaceDescription(end, `the middlebox's interface towards the ${end}`)),
    ];
    this.#file = new PacketFile(path, header, wallClockNs() - BigInt(Math.floor(loop.now())));
    this.#flushing = loop.timer(() => this.#flush());
  }

  /** The tap of the direction that starts at one end. */
  tap(from: End, frames: FrameMemory): Tap {
    const [near, far] = from === 'client' ? [0, 1] : [1, 0];
    return new DirectionTap(this.#file, near, far, frames, () => this.#expectMore());
  }

  /** Throws what went wrong with the file on the way, if anything did. */
  close(): void {
    this.#flushing.cancel();
    this.#file.close();
  }

  #expectMore(): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#flushing.arm(this.#loop.now() + FLUSH_NS);
  }

  #flush(): void {
    this.#armed = false;
    this.#file.flush(this.#loop.now());
    if (!this.#file.idle) this.#expectMore();
  }
}

function wallClockNs(): bigint {
  const time = kernelMemory(16);
  libc.clock_gettime(CLOCK_REALTIME, addressOf(time));
  const view = new DataView(time.buffer);
  return view.getBigInt64(0, true) * 1_000_000_000n + view.getBigInt64(8, true);
}
