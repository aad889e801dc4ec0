import { toU32 } from '../../src/link/chance.ts';
import { isDown } from '../../src/link/model/outage.ts';
import { distributionTable } from '../../src/link/model/tables.ts';
import { otherSeed, Taus113 } from '../../src/link/prng.ts';
import type { Chance, Distribution, Netem } from '../../src/link/profile.ts';
import type { FakeFrames } from './fake-frames.ts';

interface Held {
  readonly due: number;
  readonly slot: number;
  readonly bytes: number;
}

const TWO_32 = 2n ** 32n;
const u32 = (p: number) => BigInt(toU32(p));

/**
 * One netem stage without a bottleneck of its own, in its plainest form: lists that are searched at every step, and big integers where
 * the kernel multiplies 64 bits. It tells what left, and when, in `out`.
 */
export class ReferenceLink {
  readonly out: [slot: number, at: number][] = [];
  held: Held[] = [];
  private readonly stage: Netem;
  private readonly frames: FakeFrames;
  private readonly prng: Taus113;
  private readonly other: Taus113;
  private readonly last = new Map<string, bigint>();
  /** Of the serialiser: what was due in the past, and what is not. */
  private served: { due: number; bytes: number }[] = [];
  private lastDue = -Infinity;
  private lastReached = -Infinity;
  private state = 1;
  private delayed = 0;
  private origin: number | undefined;
  private passed = -Infinity;
  private slotOpens = -Infinity;
  private slotPackets = 0;
  private slotBytes = 0;

  constructor(stage: Netem, seed: number, frames: FakeFrames) {
    this.stage = stage;
    this.frames = frames;
    const own = stage.seed ?? BigInt(seed);
    this.prng = new Taus113(own);
    this.other = new Taus113(otherSeed(own));
    if (stage.delay?.jitterNs) this.correlate('delay', stage.delay.correlation);
    const { duplicate, loss, corrupt, reorder } = stage;
    const chances = { duplicate, loss: loss?.kind === 'random' ? loss : undefined, corrupt, reorder };
    for (const [name, chance] of Object.entries(chances)) {
      if (chance && u32(chance.p) > 0n) this.correlate(name, chance.correlation);
    }
  }

  offer(now: number, slot: number, bytes: number): void {
    this.origin ??= now;
    this.passTime(now);
    this.enqueue(now, slot, bytes, false);
    this.attempt(now);
  }

  /** Lets all leave that leaves by `until`. */
  passTime(until: number): void {
    for (;;) {
      const [head] = this.held;
      if (!head) return;
      const now = this.slotted ? Math.max(head.due, this.slotOpens, this.passed) : head.due;
      if (now > until) return;
      this.passed = now;
      this.attempt(now);
      if (this.slotted && this.slotOpens > now) continue;
      this.held.shift();
      this.out.push([head.slot, now]);
      if (!this.slotted) continue;
      const { packets, bytes } = this.slotted;
      this.slotPackets++;
      this.slotBytes += head.bytes;
      if ((packets > 0 && this.slotPackets >= packets) || (bytes > 0 && this.slotBytes >= bytes)) this.newSlot(now);
      this.attempt(now);
    }
  }

  private enqueue(now: number, slot: number, bytes: number, copied: boolean): void {
    const { stage, frames } = this;
    if (stage.outage && isDown(stage.outage, now - (this.origin ?? now))) return frames.drop(slot, 'outage');
    let count = 1;
    if (!copied && this.happens('duplicate', stage.duplicate)) count = 2;
    if (this.isLost() && !(stage.ecn && frames.markCongestion(slot))) count--;
    if (count === 0) return frames.drop(slot, 'loss');
    const corrupted = this.happens('corrupt', stage.corrupt);
    if (this.held.length + (copied ? 1 : 0) >= (stage.limit ?? Infinity)) return frames.drop(slot, 'queue');
    const copy = count === 2 ? frames.copy(slot) : -1;
    if (corrupted && stage.corrupt) frames.corrupt(slot, stage.corrupt.where, this.other.next() / 2 ** 32);
    if (copy !== -1) this.enqueue(now, copy, bytes, true);
    if (stage.reorder && u32(stage.reorder.p) > 0n) {
      if (this.delayed >= stage.reorder.gap - 1 && this.happens('reorder', stage.reorder)) {
        this.delayed = 0;
        this.out.push([slot, now]);
        return;
      }
      this.delayed++;
    }
    const arrival = now + this.delayOf();
    const due = stage.rate ? this.serialise(now, arrival, bytes) : this.inOrder(Math.max(now, arrival));
    if (due === undefined) return frames.drop(slot, 'queue');
    const before = this.held.findLastIndex((held) => held.due <= due);
    this.held.splice(before + 1, 0, { due, slot, bytes });
  }

  private inOrder(due: number): number {
    if (this.stage.keepOrder) this.lastDue = Math.max(this.lastDue, due);
    return this.stage.keepOrder ? this.lastDue : due;
  }

  private serialise(now: number, arrival: number, bytes: number): number | undefined {
    const { rate, queue } = this.stage;
    if (!rate) return undefined;
    this.lastReached = Math.max(now, arrival, this.lastReached);
    const waiting = this.served.filter(({ due }) => due > this.lastReached);
    const waitingBytes = waiting.reduce((sum, packet) => sum + packet.bytes, 0);
    if (queue?.packets !== undefined && waiting.length >= queue.packets) return undefined;
    if (queue?.bytes !== undefined && waitingBytes + bytes > queue.bytes) return undefined;
    if (queue?.ns !== undefined && this.lastDue - this.lastReached > queue.ns) return undefined;
    let length = Math.max(0, bytes + rate.packetOverhead);
    if (rate.cellBytes > 0)
      length = Math.ceil(length / rate.cellBytes) * Math.max(0, rate.cellBytes + rate.cellOverhead);
    const base = this.lastDue > now ? Math.max(arrival, this.lastDue) : arrival;
    this.lastDue = Math.max(now, base + length * (8e9 / rate.bps));
    this.served.push({ due: this.lastDue, bytes });
    return this.lastDue;
  }

  private delayOf(): number {
    const { ns, jitterNs, correlation, distribution } = this.stage.delay ?? { ns: 0, jitterNs: 0, correlation: 0 };
    return this.spread('delay', ns, jitterNs, correlation, distribution);
  }

  /** `tabledist` of sch_netem. */
  private spread(name: string, ns: number, jitterNs: number, correlation: number, distribution?: Distribution): number {
    if (jitterNs === 0) return ns;
    const draw = Number(this.draw(name, correlation));
    if (!distribution) return ns - jitterNs + (draw % (2 * jitterNs));
    const table = distributionTable(distribution);
    const t = BigInt(table[draw % table.length]);
    const sigma = BigInt(jitterNs);
    let x = (sigma % 8192n) * t;
    x += x >= 0n ? 4096n : -4096n;
    return ns + Number(x / 8192n + (sigma / 8192n) * t);
  }

  private isLost(): boolean {
    const { loss } = this.stage;
    if (!loss) return false;
    if (loss.kind === 'random') return this.happens('loss', loss);
    const draw = this.draw('chain', 0);
    const below = (...ps: number[]) => draw < ps.reduce((sum, p) => (sum + u32(p)) % TWO_32, 0n);
    if (loss.kind === 'gemodel') {
      const fate = this.draw('chain', 0);
      const bad = this.state === 2;
      this.state = bad !== below(bad ? loss.r : loss.p) ? 2 : 1;
      return bad ? fate > 0xffffffffn - u32(loss.h1) : fate < u32(loss.k1);
    }
    if (this.state === 1) this.state = below(loss.p14) ? 4 : below(loss.p14, loss.p13) ? 3 : 1;
    else if (this.state === 2) this.state = below(loss.p23) ? 3 : 2;
    else if (this.state === 3) this.state = below(loss.p32) ? 2 : below(loss.p32, loss.p31) ? 1 : 3;
    else this.state = 1;
    return this.state >= 3;
  }

  private happens(name: string, chance: Chance | undefined): boolean {
    if (!chance || u32(chance.p) === 0n) return false;
    return u32(chance.p) >= this.draw(name, chance.correlation);
  }

  private correlate(name: string, correlation: number): void {
    if (u32(correlation) !== 0n) this.last.set(name, BigInt(this.other.next()));
  }

  /** `get_crandom` of sch_netem. */
  private draw(name: string, correlation: number): bigint {
    const value = BigInt(this.prng.next());
    const last = this.last.get(name);
    if (last === undefined) return value;
    const rho = u32(correlation) + 1n;
    const next = (value * (TWO_32 - rho) + last * rho) >> 32n;
    this.last.set(name, next);
    return next;
  }

  private get slotted() {
    const { slot } = this.stage;
    return slot && !(slot.gap.kind === 'uniform' && slot.gap.maxNs === 0) ? slot : undefined;
  }

  private attempt(now: number): void {
    if (this.slotted && this.held[0] && this.slotOpens < this.held[0].due) this.newSlot(now);
  }

  private newSlot(now: number): void {
    const gap = this.stage.slot?.gap;
    if (!gap) return;
    const ns =
      gap.kind === 'uniform'
        ? gap.minNs + Math.floor((this.other.next() / 2 ** 32) * (gap.maxNs - gap.minNs))
        : this.spread('slot', gap.delayNs, gap.jitterNs, 0, gap.distribution);
    this.slotOpens = now + ns;
    this.slotPackets = 0;
    this.slotBytes = 0;
  }
}
