import type { Profile } from '../../link/profile.ts';
import { Thread } from '../../process/thread.ts';
import type { LinkAccount } from '../../record/schema.ts';
import type { Link } from '../link.ts';
import type { CarrierSpec, FromCarrier, ToCarrier } from './protocol.ts';

const CARRIER = new URL('./carrier.js', import.meta.url);

/** The user-space link: a thread for each direction, or one for both where their order is to be recorded. */
export class Emulator implements Link {
  readonly realTime: boolean;
  readonly #carriers: readonly Carrier[];

  private constructor(carriers: readonly Carrier[], realTime: boolean) {
    this.#carriers = carriers;
    this.realTime = realTime;
  }

  /** The interfaces have to be there. */
  static async open(capture: CarrierSpec['capture']): Promise<Emulator> {
    const specs: CarrierSpec[] = capture
      ? [{ directions: ['up', 'down'], capture }]
      : [{ directions: ['up'] }, { directions: ['down'] }];
    const carriers = specs.map((spec) => new Carrier(spec));
    const ready = await Promise.all(carriers.map((carrier) => carrier.next()));
    return new Emulator(
      carriers,
      ready.every((answer) => answer.type === 'ready' && answer.realTime),
    );
  }

  async configure(profile: Profile, seed: number): Promise<void> {
    await this.#ask({ type: 'configure', profile, seed });
  }

  window(open: number, close: number): void {
    for (const carrier of this.#carriers) carrier.send({ type: 'window', open, close });
  }

  async account(): Promise<LinkAccount> {
    const answers = await this.#ask({ type: 'account' });
    return Object.assign(
      {},
      ...answers.map((answer) => (answer.type === 'account' ? answer.account : {})),
    ) as LinkAccount;
  }

  async close(): Promise<void> {
    await this.#ask({ type: 'close' });
  }

  async #ask(message: ToCarrier): Promise<FromCarrier[]> {
    const answers = await Promise.all(
      this.#carriers.map((carrier) => {
        carrier.send(message);
        return carrier.next();
      }),
    );
    for (const answer of answers) if (answer.type === 'failed') throw new Error(answer.reason);
    return answers;
  }
}

/** A thread whose failure is the middlebox's. */
class Carrier extends Thread<ToCarrier, FromCarrier> {
  constructor(spec: CarrierSpec) {
    super(CARRIER, spec);
    this.onError = (error) => {
      throw error;
    };
  }

  next(): Promise<FromCarrier> {
    return new Promise((resolve) => {
      this.onMessage = resolve;
    });
  }
}
