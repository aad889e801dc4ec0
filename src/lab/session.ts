import type { Profile } from '../link/profile.ts';
import type { LinkAccount } from '../record/schema.ts';
import { CLIENT, SERVER } from './addresses.ts';
import { Holder } from './holder.ts';
import { Lab } from './lab.ts';
import type { Launcher } from './launcher.ts';
import type { CaptureSpec } from './protocol.ts';

export interface SessionOptions {
  readonly emulator: 'user' | 'kernel';
  /** An effective one. */
  readonly profile: Profile;
  readonly seed: number;
  readonly capture?: CaptureSpec;
}

export type End = 'client' | 'server';

/** A lab for programs of any kind: both of its namespaces are held open, and what runs in them ends with the session. */
export class Session {
  readonly #lab: Lab;
  readonly #holders: Readonly<Record<End, Holder>>;
  readonly #captures: boolean;

  private constructor(lab: Lab, holders: Readonly<Record<End, Holder>>, captures: boolean) {
    this.#lab = lab;
    this.#holders = holders;
    this.#captures = captures;
  }

  static async open(launcher: Launcher, options: SessionOptions): Promise<Session> {
    const { emulator, profile, seed, capture } = options;
    const lab = await Lab.open(launcher, emulator);
    const holders: Holder[] = [];
    try {
      for (let end = 0; end < 2; end++) holders.push(await Holder.start(lab.endpointPrefix));
      const [client, server] = holders as [Holder, Holder];
      await lab.wire(client.pid, server.pid, capture);
      await lab.configure(profile, seed);
      return new Session(lab, { client, server }, capture !== undefined);
    } catch (error) {
      await Promise.all([...holders.map((holder) => holder.close()), lab.close()]);
      throw error;
    }
  }

  /** The command line that starts a program at one end. */
  inside(end: End): readonly string[] {
    return this.#lab.inside(this.#holders[end].pid);
  }

  /** Where the kernel shows the network of an end: /proc/PID/net and /proc/PID/ns/net. */
  pid(end: End): number {
    return this.#holders[end].pid;
  }

  /** For programs at either end. */
  get environment(): Readonly<Record<string, string>> {
    return {
      NETDUEL_CLIENT: CLIENT.v4,
      NETDUEL_SERVER: SERVER.v4,
      NETDUEL_CLIENT6: CLIENT.v6,
      NETDUEL_SERVER6: SERVER.v6,
      NETDUEL_CLIENT_NETNS: `/proc/${this.#holders.client.pid}/ns/net`,
      NETDUEL_SERVER_NETNS: `/proc/${this.#holders.server.pid}/ns/net`,
    };
  }

  /** Calls `tell` when the link between the ends is no more. */
  onDeath(tell: (error: Error) => void): () => void {
    return this.#lab.onDeath(tell);
  }

  /** What has happened on the link since the session was opened. */
  account(): Promise<LinkAccount> {
    return this.#lab.account();
  }

  /** Completes the file of the capture, if there is one; rejects when it could not be written to its end. */
  async endCapture(): Promise<void> {
    if (this.#captures) await this.#lab.endCapture();
  }

  /** Ends all that runs in the lab, and the lab. */
  async close(): Promise<void> {
    await Promise.all([this.#holders.client.close(), this.#holders.server.close()]);
    await this.#lab.close();
  }
}
