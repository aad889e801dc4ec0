import { readFileSync } from 'node:fs';
import { monotonicNow } from '../../io/clock.ts';
import type { Profile } from '../../link/profile.ts';
import type { LinkAccount } from '../../record/schema.ts';
import type { Link } from '../link.ts';
import { BRIDGE } from './bridge.ts';
import type { Counters } from './counters.ts';
import { batch, showQdiscs } from './iproute.ts';
import { KernelDirection } from './kernel-direction.ts';
import { probeTc } from './support.ts';
import { withTables } from './tables.ts';

/**
 * Asking tc takes milliseconds. So the account of a window is opened before it, in the pause that comes before an open loop's
 * first packet, which is then counted whenever this thread wakes. Only where a second look tells that there is no pause, it is opened
 * at the window's own time.
 */
const EARLY_NS = 60e6;
const SECOND_LOOK_NS = 10e6;

/**
 * The link made by the kernel: a bridge of v0 and v1, and qdiscs where packets leave it. To be made in the middlebox's network
 * namespace, when the cables are laid.
 */
export class KernelLink implements Link {
  readonly #up: KernelDirection;
  readonly #down: KernelDirection;
  #timers: readonly NodeJS.Timeout[] = [];
  #isFlowing = false;

  constructor() {
    const support = probeTc('v1');
    batch('ip', BRIDGE);
    this.#up = new KernelDirection('v0', 'v1', support);
    this.#down = new KernelDirection('v1', 'v0', support);
  }

  async configure(profile: Profile, seed: number): Promise<void> {
    this.#cancel();
    withTables((tableName) => {
      const up = this.#up.configure(profile.up, seed, tableName);
      // Another stream of draws for the way back, as in the other emulator.
      const down = this.#down.configure(profile.down, seed + 1, tableName);
      batch('tc', [...up, ...down]);
    });
    this.#openAccount(monotonicNow());
  }

  window(open: number, close: number): void {
    this.#cancel();
    this.#timers = [
      at(open - EARLY_NS, () => this.#openAccount(open)),
      at(open - SECOND_LOOK_NS, () => this.#lookAgain(open)),
      at(open, () => this.#isFlowing && this.#openAccount(open)),
      at(close, () => this.#each((direction) => direction.closeWindow(readInterfaces()))),
    ];
  }

  async account(): Promise<LinkAccount> {
    const counters = readCounters();
    return { up: this.#up.account(counters), down: this.#down.account(counters) };
  }

  async close(): Promise<void> {
    this.#cancel();
  }

  /** For a window that opens at `open`. */
  #openAccount(open: number): void {
    this.#isFlowing = false;
    const counters = readCounters();
    const left = Math.max(0, open - monotonicNow());
    this.#each((direction) => direction.openAccount(counters, left));
  }

  /** Too late, it would see the window's own packets. */
  #lookAgain(open: number): void {
    const interfaces = readInterfaces();
    this.#isFlowing =
      monotonicNow() < open && [this.#up, this.#down].some((direction) => direction.hasFlowed(interfaces));
  }

  #each(act: (direction: KernelDirection) => void): void {
    for (const direction of [this.#up, this.#down]) act(direction);
  }

  #cancel(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

/** A file, not a program: it takes microseconds. */
const readInterfaces = (): string => readFileSync('/proc/thread-self/net/dev', 'utf8');
const readCounters = (): Counters => ({ interfaces: readInterfaces(), qdiscs: showQdiscs() });

/** `ns` of CLOCK_MONOTONIC. */
function at(ns: number, act: () => void): NodeJS.Timeout {
  return setTimeout(act, Math.max(0, (ns - monotonicNow()) / 1e6));
}
