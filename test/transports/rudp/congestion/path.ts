import { seeded } from '../../../../src/stats/xoshiro.ts';
import type { CongestionControl, ControlOptions } from '../../../../src/transports/rudp/congestion/control.ts';
import { type Clocks, Flow } from './flow.ts';

const SLOTS = 2 ** 16;
const NEVER = Number.POSITIVE_INFINITY;

export interface PathOptions {
  readonly rateBps: number;
  readonly rttMs: number;
  readonly queueBytes: number;
  /** Share of packets lost before the queue, as netem does; mean length of the bursts (1: independent). */
  readonly loss?: number;
  readonly burst?: number;
  /** The losses come behind the bottleneck instead, and use its capacity. */
  readonly lossBehind?: boolean;
  readonly ackLoss?: number;
  /** Uniform extra delay in the order of sending. */
  readonly jitterMs?: number;
  /** New rates from a time on; 0: everything that arrives is lost. */
  readonly rates?: readonly (readonly [atMs: number, bps: number])[];
  readonly seed: number;
}

export interface FlowOptions {
  readonly control: (options: ControlOptions) => CongestionControl;
  readonly startMs?: number;
  readonly stopMs?: number;
  /** Bytes per second that the application gives; as much as can be sent when absent. */
  readonly appRate?: number;
  /** Until then `appRate` holds. */
  readonly appUntilMs?: number;
  readonly rateBps?: number;
}

/** One bottleneck with a drop-tail queue between senders and receivers, in virtual time. Events are taken in order of time. */
export class PathSimulation implements Clocks {
  now = 0;
  readonly flows: readonly Flow[];
  readonly packetBytes = 1472;
  readonly random: () => number;
  /** May change while it runs; nothing overtakes. */
  oneWayNs: number;
  /** Dropped by the queue, and by the path; time that packets spent in the queue, ns, and how many of them. */
  queueDrops = 0;
  pathDrops = 0;
  sojournNs = 0;
  departures = 0;
  readonly #options: PathOptions;
  readonly #rates: (readonly [number, number])[];
  readonly #flowOf = new Uint8Array(SLOTS);
  readonly #packetOf = new Float64Array(SLOTS);
  readonly #enqueuedAt = new Float64Array(SLOTS);
  #head = 0;
  #tail = 0;
  #departsAt = NEVER;
  #rate: number;
  #bad = false;

  constructor(options: PathOptions, flows: readonly FlowOptions[]) {
    this.#options = options;
    this.#rates = (options.rates ?? []).map(([atMs, bps]) => [atMs * 1e6, bps / 8e9] as const);
    this.#rate = options.rateBps / 8e9;
    this.random = seeded(options.seed);
    this.oneWayNs = options.rttMs * 5e5;
    this.flows = flows.map((flow, index) => new Flow(this, index, flow, options));
  }

  /** Runs until a time in ms. */
  run(untilMs: number): this {
    const until = untilMs * 1e6;
    for (;;) {
      let next = Math.min(this.#departsAt, this.#rates.length > 0 ? this.#rates[0][0] : NEVER);
      let flow: Flow | undefined;
      for (const candidate of this.flows) {
        const time = candidate.next();
        if (time < next) {
          next = time;
          flow = candidate;
        }
      }
      if (next > until) break;
      this.now = next;
      if (flow !== undefined) flow.fire();
      else if (next === this.#departsAt) this.#depart();
      else this.#rate = (this.#rates.shift() as readonly [number, number])[1];
    }
    this.now = until;
    return this;
  }

  /** A packet reaches the bottleneck. */
  enqueue(flow: number, packet: number): void {
    if ((!this.#options.lossBehind && this.#loses()) || this.#rate === 0) {
      this.pathDrops++;
      return;
    }
    if ((this.#tail - this.#head) * this.packetBytes > this.#options.queueBytes) {
      this.queueDrops++;
      return;
    }
    const slot = this.#tail++ % SLOTS;
    this.#flowOf[slot] = flow;
    this.#packetOf[slot] = packet;
    this.#enqueuedAt[slot] = this.now;
    if (this.#departsAt === NEVER) this.#departsAt = this.now + this.packetBytes / this.#rate;
  }

  #depart(): void {
    const slot = this.#head++ % SLOTS;
    const { jitterMs, lossBehind } = this.#options;
    this.sojournNs += this.now - this.#enqueuedAt[slot];
    this.departures++;
    const extra = jitterMs === undefined ? 0 : this.random() * jitterMs * 1e6;
    if (lossBehind && this.#loses()) this.pathDrops++;
    else this.flows[this.#flowOf[slot]].arrive(this.now + this.oneWayNs + extra, this.#packetOf[slot]);
    const rate = this.#rate === 0 ? 1e-3 : this.#rate;
    this.#departsAt = this.#head === this.#tail ? NEVER : this.now + this.packetBytes / rate;
  }

  #loses(): boolean {
    const { loss = 0, burst = 1 } = this.#options;
    if (loss === 0) return false;
    if (burst === 1) return this.random() < loss;
    const turn = this.#bad ? 1 / burst : loss / (burst * (1 - loss));
    if (this.random() < turn) this.#bad = !this.#bad;
    return this.#bad;
  }
}
