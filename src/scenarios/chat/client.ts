import { CATCH_UP_NS } from '../../apps/pacer.ts';
import type { Batch } from '../../io/batch.ts';
import type { Timer } from '../../io/loop.ts';
import { DelayHistogram } from '../../metrics/histogram.ts';
import { seeded } from '../../stats/xoshiro.ts';
import type { Connection } from '../../transports/transport.ts';
import { FIELD_HEADER_BYTES, writeFieldHeader } from '../../wire/field.ts';
import type { Half, HalfContext, Schedule } from '../scenario.ts';
import { Arrivals, gaps } from './arrivals.ts';
import type { ClientResult } from './client-result.ts';
import { Joining } from './joining.ts';
import { jainIndex, Ledger } from './ledger.ts';
import type { Member } from './member.ts';
import type { ChatParams } from './params.ts';
import { Seating } from './seating.ts';
import { parseSizes, type Sizes, sampler } from './sizes.ts';
import { added, type Counts, countsOf } from './stats.ts';
import { Filler, intendedOf, STAMP_BYTES, senderOf, sequenceOf, stamp, trialOf } from './text.ts';
import type { FromClient, FromServer } from './told.ts';

const LOOK_NS = 20e6;

/** All clients of a trial: they talk on a schedule, and account for every copy that they should hear. */
export class ChatClientHalf implements Half {
  readonly #context: HalfContext<ChatParams>;
  readonly #seating: Seating;
  readonly #joining: Joining;
  readonly #ledger: Ledger;
  readonly #delivered: Float64Array;
  readonly #delay = new DelayHistogram();
  readonly #random: () => number;
  readonly #size: () => number;
  readonly #filler: Filler;
  readonly #turn: Timer;
  readonly #opening: Timer;
  readonly #closing: Timer;
  readonly #look: Timer;
  #slab = new Uint8Array(0);
  #schedule: Schedule | undefined;
  #warmup: Arrivals | undefined;
  #window: Arrivals | undefined;
  #arrival = 0;
  #sent = 0;
  #sentBytes = 0;
  #missed = 0;
  #backlog = 0;
  #silenced = 0;
  #deliveredBytes = 0;
  #strays = 0;
  #last = 0;
  #bytes = { sent: 0, delivered: 0, at: 0 };
  #sampled = { sent: 0, delivered: 0, at: 0 };
  #before: { readonly counts: Counts; readonly drops: number | undefined } = { counts: {}, drops: undefined };
  /** Copies that the server's transports took, once it has said so. */
  #handed: number | undefined;
  #shownOut = 0;
  #done = false;

  constructor(context: HalfContext<ChatParams>) {
    const { loop, params, trialId } = context;
    this.#context = context;
    this.#seating = new Seating(params.clients, params.room);
    this.#joining = new Joining(context, this.#seating, {
      onBatch: (member, batch) => this.#receive(member, batch),
      onText: (member, bytes, at, length) => this.#onText(member, bytes, at, length),
      onWritable: (member) => this.#onWritable(member),
      onGone: (member, error) => this.#onGone(member, error),
    });
    this.#ledger = new Ledger(params.clients * this.#seating.seats);
    this.#delivered = new Float64Array(params.clients);
    this.#random = seeded(trialId);
    const sizes = parseSizes(params.size) as Sizes;
    this.#size = sampler(sizes, this.#random);
    this.#filler = new Filler(sizes.most);
    this.#turn = loop.timer(() => this.#onTurn());
    this.#opening = loop.timer(() => this.#onOpening());
    this.#closing = loop.timer(() => this.#onClosing());
    this.#look = loop.timer(() => this.#onLook());
  }

  onConnection(connection: Connection): void {
    const most = (parseSizes(this.#context.params.size) as Sizes).most;
    this.#slab = new Uint8Array(new ArrayBuffer(connection.headroom + FIELD_HEADER_BYTES + most));
    this.#joining.start(connection);
  }

  onSchedule(schedule: Schedule): void {
    this.#schedule = schedule;
    const { clients, rate, arrivals } = this.#context.params;
    const { first, gap } = gaps(arrivals, 1e9 / rate, this.#random);
    if (schedule.warmEnd > schedule.start) this.#warmup = new Arrivals(clients, schedule.start, first, gap);
    this.#window = new Arrivals(clients, schedule.open, first, gap);
    this.#turn.arm(schedule.start);
    this.#opening.arm(schedule.open);
    this.#closing.arm(schedule.close);
  }

  onTold(value: unknown): void {
    const told = value as FromServer;
    if (told.type === 'joined') return this.#joining.onJoined(told.numbers, told.at);
    this.#handed = told.account.handed;
    this.#shownOut = told.account.disconnected;
    this.#look.arm(this.#context.loop.now());
  }

  #onOpening(): void {
    const { members } = this.#joining;
    // Their slots count from here.
    for (const member of members) member.held = false;
    const connections = members.map(({ connection }) => connection);
    this.#before = { counts: countsOf(connections), drops: dropsOf(connections) };
    this.#turn.arm(this.#context.loop.now());
  }

  #onTurn(): void {
    const { open, warmEnd, close } = this.#schedule as Schedule;
    const now = this.#context.loop.now();
    const measured = now >= open;
    const arrivals = measured ? this.#window : this.#warmup;
    const end = measured ? close : warmEnd;
    if (!arrivals) return;
    this.#sendDue(arrivals, now, end, measured);
    if (arrivals.time < end) this.#turn.arm(arrivals.time);
  }

  #sendDue(arrivals: Arrivals, now: number, end: number, measured: boolean): void {
    const { members } = this.#joining;
    while (arrivals.time <= now && arrivals.time < end) {
      const { time } = arrivals;
      const member = members[arrivals.client];
      if (now - time > CATCH_UP_NS && time > member.heldUntil && !member.gone) {
        if (measured) this.#missed++;
        arrivals.advance();
      } else if (!member.gone && this.#send(member, time, measured)) {
        arrivals.advance();
      } else {
        // What it is to send stays due, its delay running, until its transport has room.
        member.held = !member.gone;
        arrivals.setAside();
      }
    }
  }

  #send(member: Member, intended: number, measured: boolean): boolean {
    const slab = this.#slab;
    const { connection, number } = member;
    const size = this.#size();
    const at = connection.headroom;
    writeFieldHeader(slab, at, size);
    stamp(slab, at + FIELD_HEADER_BYTES, this.#context.trialId, number, member.sent, intended);
    const text = at + FIELD_HEADER_BYTES + STAMP_BYTES;
    this.#filler.write(slab, text, size - STAMP_BYTES);
    if (connection.send(slab, 0, FIELD_HEADER_BYTES + size, 1) === 0) return false;
    this.#bytes.sent += size;
    if (!measured) return true;
    member.sent++;
    this.#sent++;
    this.#sentBytes += size;
    return true;
  }

  #onWritable(member: Member): void {
    if (!member.held) return;
    const now = this.#context.loop.now();
    const { open, close } = this.#schedule as Schedule;
    member.held = false;
    member.heldUntil = now;
    if (now >= close) return;
    (now >= open ? this.#window : this.#warmup)?.putBack(member.number);
    this.#turn.arm(now);
  }

  #onClosing(): void {
    const { close } = this.#schedule as Schedule;
    const window = this.#window as Arrivals;
    this.#sendDue(window, close, close, true);
    this.#turn.cancel();
    for (const member of this.#joining.members) {
      if (member.gone) this.#silenced += window.skip(member.number, close);
      else if (member.held) this.#backlog += window.skip(member.number, close);
      member.held = false;
    }
    const told: FromClient = { sent: this.#sent };
    this.#context.tell(told);
  }

  #receive(member: Member, batch: Batch): void {
    this.#arrival = batch.arrival;
    member.receive(batch);
  }

  #onText(member: Member, bytes: Uint8Array, at: number, length: number): void {
    this.#bytes.delivered += length;
    const { clients } = this.#context.params;
    if (length < STAMP_BYTES || trialOf(bytes, at) !== this.#context.trialId) return void this.#strays++;
    const intended = intendedOf(bytes, at);
    if (!(intended >= (this.#schedule?.open ?? Infinity))) return;
    const sender = senderOf(bytes, at);
    const sequence = sequenceOf(bytes, at);
    const seating = this.#seating;
    const to = member.number;
    const ours =
      sender < clients &&
      sender !== to &&
      seating.roomOf(sender) === seating.roomOf(to) &&
      sequence < this.#joining.members[sender].sent;
    if (!ours) return void this.#strays++;
    if (!this.#ledger.add(to * seating.seats + seating.seatOf(sender), sequence)) return;
    this.#delivered[to]++;
    this.#deliveredBytes += length;
    this.#last = this.#arrival;
    this.#delay.record(this.#arrival - intended);
  }

  #onGone(member: Member, error: Error | undefined): void {
    if (this.#done) return;
    // In good order, or cut off because it took too long for that; the server says whom it did not want to lose.
    if (this.#context.params.policy === 'disconnect' && this.#schedule) {
      member.gone = true;
      return;
    }
    const why = error?.message ?? 'the server closed the connection';
    this.#context.fail(new Error(`client ${member.number} of ${this.#context.params.clients}: ${why}`));
  }

  #onLook(): void {
    if (this.#handed === undefined || this.#done) return;
    const { loop, traits } = this.#context;
    const { drainEnd } = this.#schedule as Schedule;
    const missing = this.#handed - this.#ledger.delivered - this.#ledger.duplicates;
    const now = loop.now();
    if (missing > 0 && now < drainEnd) return this.#look.arm(Math.min(now + LOOK_NS, drainEnd));
    if (missing > 0 && traits.reliable && this.#shownOut === 0) {
      const reason = `${missing} copies were not delivered before the drain was over; allow more time (--timeout), or ask for a lower rate`;
      return this.#context.fail(new Error(reason));
    }
    this.#done = true;
    this.#context.done();
  }

  onSample(): void {
    const now = this.#context.loop.now();
    const { at, sent, delivered } = this.#sampled;
    this.#sampled = { ...this.#bytes, at: now };
    if (at === 0) return;
    this.#context.sample('sent_bps', ((this.#bytes.sent - sent) * 8e9) / (now - at));
    this.#context.sample('goodput_bps', ((this.#bytes.delivered - delivered) * 8e9) / (now - at));
  }

  result(): ClientResult {
    const { open, close } = this.#schedule as Schedule;
    const { members, seconds } = this.#joining;
    const connections = members.map(({ connection }) => connection);
    const drops = dropsOf(connections);
    const owed = this.#owed();
    const shares = members.flatMap(({ number }) => (owed[number] > 0 ? [this.#delivered[number] / owed[number]] : []));
    const fairness = jainIndex(shares);
    return {
      sent: this.#sent,
      owed: owed.reduce((sum, copies) => sum + copies, 0),
      sentBytes: this.#sentBytes,
      missed: this.#missed,
      backlog: this.#backlog,
      silenced: this.#silenced,
      delivered: this.#ledger.delivered,
      deliveredBytes: this.#deliveredBytes,
      duplicates: this.#ledger.duplicates,
      violations: this.#ledger.violations,
      strays: this.#strays,
      lastSeconds: this.#ledger.delivered > 0 ? (this.#last - open) / 1e9 : 0,
      windowSeconds: (close - open) / 1e9,
      joinSeconds: seconds,
      ...(fairness === undefined ? {} : { fairness }),
      counts: added(this.#before.counts, countsOf(connections)),
      ...(drops === undefined ? {} : { socketDrops: drops - (this.#before.drops ?? 0) }),
      negativeDelays: this.#delay.negative,
      ...this.#delays(),
    };
  }

  /** Copies that each client should have heard: of all that the others in its room sent. */
  #owed(): Float64Array {
    const { members } = this.#joining;
    const rooms = new Float64Array(this.#seating.rooms);
    for (const { number, sent } of members) rooms[this.#seating.roomOf(number)] += sent;
    return Float64Array.from(members, ({ number, sent }) => rooms[this.#seating.roomOf(number)] - sent);
  }

  #delays(): Pick<ClientResult, 'delay'> {
    const percentiles = this.#delay.percentiles(1e9);
    const curve = this.#delay.curve();
    return percentiles && curve ? { delay: { ...percentiles, curve } } : {};
  }
}

/** Summed over sockets that know; undefined where none does. */
function dropsOf(connections: readonly Connection[]): number | undefined {
  let sum: number | undefined;
  for (const connection of connections) {
    const { socketDrops } = connection.stats();
    if (socketDrops !== undefined) sum = (sum ?? 0) + socketDrops;
  }
  return sum;
}
