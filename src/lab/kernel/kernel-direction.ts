import { capacityBps } from '../../link/effective.ts';
import { spread } from '../../link/model/delay.ts';
import type { DirectionProfile, Stage } from '../../link/profile.ts';
import type { DirectionAccount } from '../../record/schema.ts';
import { directionAccount, type Reading } from './account.ts';
import { type Counters, parseQdiscs, parseReceived, type Received } from './counters.ts';
import { type KernelStage, kernelStages } from './stages.ts';
import { type TableName, type TcSupport, tcCommands } from './tc-commands.ts';
import { unsupportedWords } from './unsupported.ts';

/** One direction: what comes in at the interface `from` goes through the qdiscs of the interface `to`. Times are ns. */
export class KernelDirection {
  readonly #from: string;
  readonly #to: string;
  readonly #support: TcSupport;
  #profile: DirectionProfile = { stages: [] };
  #stages: readonly KernelStage[] = [];
  #opened: Reading | undefined;
  #clearNs = 0;
  /** Received by the end of the window; undefined while it is open. */
  #bytesAtClose: number | undefined;

  constructor(from: string, to: string, support: TcSupport) {
    this.#from = from;
    this.#to = to;
    this.#support = support;
  }

  /** What tc has to be told for an effective profile. */
  configure(profile: DirectionProfile, seed: number, tableName: TableName): string[] {
    const words = unsupportedWords(profile);
    if (!this.#support.seed && profile.stages.some(hasSeed)) words.push('seed (tc and kernel have it from 6.6 on)');
    if (words.length > 0) throw new Error(`the kernel's netem has no ${words.join(', no ')}; use --emulator user`);
    const stages = kernelStages(profile);
    const qdiscs = stages.map(({ qdisc }, i) => seeded(qdisc, seed + 2 * i));
    this.#profile = profile;
    this.#stages = stages;
    return tcCommands(qdiscs, this.#to, this.#support, tableName);
  }

  /** For a window that opens `ns` later. */
  openAccount(counters: Counters, ns: number): void {
    this.#opened = this.#reading(counters);
    this.#bytesAtClose = undefined;
    this.#clearNs = earliestService(this.#profile, this.#opened.qdiscs[0].backlog, ns);
  }

  /** Whether packets have come in since the account was opened. */
  hasFlowed(interfaces: string): boolean {
    return this.#received(interfaces).packets !== this.#opened?.received.packets;
  }

  closeWindow(interfaces: string): void {
    this.#bytesAtClose = this.#received(interfaces).bytes;
  }

  account(counters: Counters): DirectionAccount {
    const closed = this.#reading(counters);
    const opened = this.#opened ?? closed;
    return directionAccount(this.#stages, opened, closed, {
      windowBytesIn: (this.#bytesAtClose ?? closed.received.bytes) - opened.received.bytes,
      clearSeconds: this.#clearNs / 1e9,
    });
  }

  #reading({ interfaces, qdiscs }: Counters): Reading {
    return { received: this.#received(interfaces), qdiscs: parseQdiscs(qdiscs, this.#to) };
  }

  #received(interfaces: string): Received {
    return parseReceived(interfaces, this.#from);
  }
}

const hasSeed = (stage: Stage): boolean => stage.kind === 'netem' && stage.seed !== undefined;

/** A stage's own seed wins. */
const seeded = (stage: Stage, seed: number): Stage =>
  stage.kind === 'netem' ? { seed: BigInt(seed), ...stage } : stage;

/**
 * From the opening of a window, what comes in then leaves no earlier than that: the least delay, or the rest of the time that a
 * `backlog` of bytes takes, of which `ns` will have passed.
 */
function earliestService(profile: DirectionProfile, backlog: number, ns: number): number {
  const delay = profile.stages.reduce((sum, stage) => {
    if (stage.kind === 'tbf' || !stage.delay || stage.reorder) return sum;
    return sum + Math.max(0, stage.delay.ns + spread(stage.delay.jitterNs, stage.delay.distribution).least);
  }, 0);
  const bps = capacityBps(profile);
  return Math.max(delay, bps === undefined ? 0 : (backlog * 8e9) / bps - ns);
}
