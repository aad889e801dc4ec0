import { interfaceIndex } from './ethtool.ts';
import * as c from './libc.ts';
import type { LinuxLoop } from './loop.ts';
import { bindPacketSocket, packetSocket, throwPending } from './packet-socket.ts';

const FRAME_BYTES = 2048;
const FRAMES = 16_384;
const BLOCK_BYTES = 1 << 20;
const PAGE_BYTES = 4096;
const RING_BYTES = FRAME_BYTES * FRAMES;
const WORDS = FRAME_BYTES / 4;

// struct tpacket2_hdr in 32-bit words; `mac` is 16 bits wide.
const STATUS = 0;
const LENGTH = 1;
const SNAP_LENGTH = 2;
const MAC = 3;
const SECONDS = 4;
const NANOSECONDS = 5;
/** Tag in the lower half, its protocol in the upper. */
const VLAN = 6;

/**
 * All frames that come in at one interface, in a ring that the kernel writes them to (packet(7), TPACKET_V2): no system call
 * per batch, and nothing is dropped while the reader is held up for less than {@link FRAMES} frames.
 */
export class PacketRing {
  /** What a caller's memory must have to spare for the ring. */
  static readonly bytes = RING_BYTES + PAGE_BYTES;
  onReadable: () => void = () => {};
  readonly #fd: number;
  readonly #loop: LinuxLoop;
  readonly #interface: string;
  readonly #words: Int32Array;
  readonly #start: number;
  /** struct timespec in 32-bit words. */
  readonly #clock = new Uint32Array(c.memory(16).buffer);
  readonly #clockAddress = c.addressOf(this.#clock);
  #baseSeconds = 0;
  #offset = 0;
  /** The next frame, counted in words. */
  #at = 0;

  /** The ring takes the place of the first bytes of `memory`, so that a frame can be copied on within one buffer. */
  constructor(loop: LinuxLoop, interfaceName: string, memory: Uint8Array) {
    this.#loop = loop;
    this.#interface = interfaceName;
    this.#fd = packetSocket();
    c.setOption(this.#fd, c.SOL_PACKET, c.PACKET_IGNORE_OUTGOING, 1);
    c.setOptions(this.#fd, c.SOL_PACKET, c.PACKET_VERSION, [c.TPACKET_V2]);
    const request = [BLOCK_BYTES, RING_BYTES / BLOCK_BYTES, FRAME_BYTES, FRAMES];
    c.setOptions(this.#fd, c.SOL_PACKET, c.PACKET_RX_RING, request);
    const address = c.addressOf(memory);
    this.#start = PAGE_BYTES - (address % PAGE_BYTES);
    const place = address + this.#start;
    const mapped = c.libc.mmap(place, RING_BYTES, c.PROT_READ | c.PROT_WRITE, c.MAP_SHARED | c.MAP_FIXED, this.#fd, 0);
    if (mapped !== place) throw c.systemError(`map the packet ring of ${interfaceName}`);
    this.#words = new Int32Array(memory.buffer, this.#start, RING_BYTES / 4);
    bindPacketSocket(this.#fd, interfaceIndex(interfaceName), c.ETH_P_ALL);
    loop.watch(this.#fd, c.POLLIN, (ready) => this.#onEvents(ready));
  }

  #onEvents(ready: number): void {
    if (ready & c.POLLERR) throwPending(this.#fd, this.#interface);
    this.onReadable();
  }

  /**
   * Before frames are read: relates the kernel's time stamps, which are CLOCK_REALTIME, to the loop's clock, and returns the time on
   * that. Read in this order, a thread that is held up in between takes frames to have come later than they did, never earlier:
   * a link may be late, but nothing may cross it faster than its profile allows.
   */
  calibrate(): number {
    c.libc.clock_gettime(c.CLOCK_REALTIME, this.#clockAddress);
    const now = this.#loop.now();
    this.#baseSeconds = this.#clock[0];
    this.#offset = now - this.#clock[2];
    return now;
  }

  /** Whether there is a frame to read; the next five speak of it. */
  filled(): boolean {
    return (Atomics.load(this.#words, this.#at + STATUS) & c.TP_STATUS_USER) !== 0;
  }

  /** Its true size; larger than {@link capturedBytes} when it was cut. */
  frameBytes(): number {
    return this.#words[this.#at + LENGTH];
  }

  capturedBytes(): number {
    return this.#words[this.#at + SNAP_LENGTH];
  }

  /** Where it begins in the memory that the ring was given. */
  frameOffset(): number {
    return this.#start + 4 * this.#at + (this.#words[this.#at + MAC] & 0xffff);
  }

  /** The VLAN tag that the kernel has taken out of it: protocol and tag, 16 bits each; 0 when there was none. */
  vlan(): number {
    if ((this.#words[this.#at + STATUS] & c.TP_STATUS_VLAN_VALID) === 0) return 0;
    const word = this.#words[this.#at + VLAN];
    return ((word & 0xffff_0000) | (word & 0xffff)) >>> 0;
  }

  /** When the kernel got it, in ns on the loop's clock. */
  arrival(): number {
    // Seconds relative to a recent time: a number does not hold the ns since 1970 exactly.
    const seconds = (this.#words[this.#at + SECONDS] >>> 0) - this.#baseSeconds;
    return seconds * 1e9 + this.#words[this.#at + NANOSECONDS] + this.#offset;
  }

  /** Gives its place back to the kernel and goes on to the next. */
  next(): void {
    Atomics.store(this.#words, this.#at + STATUS, c.TP_STATUS_KERNEL);
    this.#at = (this.#at + WORDS) % (FRAMES * WORDS);
  }

  /** Frames that the kernel had no room for since the last call. */
  overrun(): number {
    return c.readOption(this.#fd, c.SOL_PACKET, c.PACKET_STATISTICS, 8).getUint32(4, true);
  }
}
