import type { ChatAccount } from '../../apps/chat/account.ts';
import { RULES } from '../../apps/chat/rules.ts';
import { ChatServer } from '../../apps/chat/server.ts';
import type { Timer } from '../../io/loop.ts';
import type { Connection } from '../../transports/transport.ts';
import type { Half, HalfContext, Schedule } from '../scenario.ts';
import type { ChatParams } from './params.ts';
import { added, type Counts, countsOf } from './stats.ts';
import { intendedOf, STAMP_BYTES, trialOf } from './text.ts';
import type { FromClient, FromServer } from './told.ts';

/** How often the other half hears who has joined, and how often it is looked at whether all is over. */
const LOOK_NS = 20e6;

export interface ServerResult {
  readonly account: ChatAccount;
  readonly counts: Counts;
  /** Of the window; shared by all connections of a datagram socket. */
  readonly socketDrops?: number;
  /** Processor time of the window, of the whole process. */
  readonly cpuSeconds: number;
}

/** The chat server at work in a trial. */
export class ChatServerHalf implements Half {
  readonly #context: HalfContext<ChatParams>;
  readonly #core: ChatServer;
  readonly #connections: Connection[] = [];
  readonly #look: Timer;
  readonly #opening: Timer;
  readonly #closing: Timer;
  #joined: number[] = [];
  #joinedAt = 0;
  #joinedCount = 0;
  /** Of those whom the policy has shown out, how many have been heard of. */
  #shownOut = 0;
  #open = Infinity;
  #drainEnd = Infinity;
  #sent: number | undefined;
  #before: { readonly counts: Counts; readonly drops: number | undefined } = { counts: {}, drops: undefined };
  #cpuAt: [open: number, close: number] = [0, 0];
  #result: ServerResult | undefined;

  constructor(context: HalfContext<ChatParams>) {
    const { loop, params, traits } = context;
    this.#context = context;
    // Measured clients are let be silent, and nothing is said that would have to be told from what is measured.
    const rules = { ...RULES, queue: params.queue, policy: params.policy, notices: false };
    this.#core = new ChatServer(
      loop,
      traits,
      { ...rules, nameSeconds: Infinity, idleSeconds: Infinity, clients: Infinity },
      {
        onJoin: ({ name }) => this.#onJoin(Number(name)),
        onLeave: ({ name }, _room, why) => this.#onLeave(name, why),
        onRefusal: (_, why) => this.#fail(`a client was refused: ${why}`),
        counts: (bytes, at, length) => this.#counts(bytes, at, length),
      },
    );
    this.#look = loop.timer(() => this.#onLook());
    this.#opening = loop.timer(() => {
      this.#cpuAt[0] = cpuSeconds();
      this.#before = { counts: countsOf(this.#connections), drops: this.#drops() };
    });
    this.#closing = loop.timer(() => {
      this.#cpuAt[1] = cpuSeconds();
    });
  }

  onConnection(connection: Connection): void {
    this.#connections.push(connection);
    this.#core.accept(connection);
  }

  #onJoin(number: number): void {
    this.#joined.push(number);
    this.#joinedAt = this.#context.loop.now();
    if (++this.#joinedCount === this.#context.params.clients) {
      this.#tellJoined();
      this.#context.ready();
    } else if (this.#joined.length === 1) {
      this.#look.arm(this.#joinedAt + LOOK_NS);
    }
  }

  #tellJoined(): void {
    if (this.#joined.length === 0) return;
    this.#tell({ type: 'joined', numbers: this.#joined, at: this.#joinedAt });
    this.#joined = [];
  }

  #tell(told: FromServer): void {
    this.#context.tell(told);
  }

  /** But for those whom the policy has shown out, nobody may leave before the end. */
  #onLeave(name: string, why: string | undefined): void {
    const { disconnected } = this.#core.account;
    if (disconnected > this.#shownOut) {
      this.#shownOut = disconnected;
      return;
    }
    this.#fail(`client ${name} left in mid-trial${why === undefined ? '' : `: ${why}`}`);
  }

  #fail(reason: string): void {
    if (!this.#result) this.#context.fail(new Error(reason));
  }

  #counts(bytes: Uint8Array, at: number, length: number): boolean {
    return length >= STAMP_BYTES && intendedOf(bytes, at) >= this.#open && trialOf(bytes, at) === this.#context.trialId;
  }

  onSchedule({ open, close, drainEnd }: Schedule): void {
    this.#open = open;
    this.#drainEnd = drainEnd;
    this.#opening.arm(open);
    this.#closing.arm(close);
  }

  onTold(value: unknown): void {
    this.#sent = (value as FromClient).sent;
    this.#look.arm(this.#context.loop.now());
  }

  #onLook(): void {
    this.#tellJoined();
    if (this.#sent === undefined || this.#result) return;
    const { account } = this.#core;
    const { loop, traits } = this.#context;
    const now = loop.now();
    // Of an unreliable transport what comes may still be a copy, or late.
    const all = traits.reliable && account.taken === this.#sent && account.handed + account.dropped === account.due;
    if (!all && now < this.#drainEnd) return this.#look.arm(Math.min(now + LOOK_NS, this.#drainEnd));
    if (!all && traits.reliable && account.disconnected === 0) return this.#fail(this.#shortfall(this.#sent));
    this.#finish();
  }

  #shortfall(sent: number): string {
    const { taken, due, handed, dropped } = this.#core.account;
    const [untaken, unsent] = [sent - taken, due - handed - dropped];
    return untaken > 0
      ? `${untaken} of ${sent} messages did not reach the server before the drain was over; allow more time (--timeout), or ask for a lower rate`
      : `${unsent} copies had not been sent when the drain was over; allow more time (--timeout), ask for a lower rate, or for a shorter queue (queue=...)`;
  }

  #finish(): void {
    for (const timer of [this.#opening, this.#closing]) timer.cancel();
    const [open, close] = this.#cpuAt;
    const drops = this.#drops();
    this.#result = {
      account: { ...this.#core.account },
      counts: added(this.#before.counts, countsOf(this.#connections)),
      ...(drops === undefined ? {} : { socketDrops: drops - (this.#before.drops ?? 0) }),
      cpuSeconds: Math.max(0, close - open),
    };
    this.#tell({ type: 'account', account: this.#result.account });
    this.#context.done();
  }

  /** All connections on datagrams share one socket; those on streams have none to tell of. */
  #drops(): number | undefined {
    return this.#connections[0]?.stats().socketDrops;
  }

  result(): ServerResult {
    if (!this.#result) throw new Error('the chat server was asked for its result before it was done');
    return this.#result;
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
