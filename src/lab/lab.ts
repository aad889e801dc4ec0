import type { Profile } from '../link/profile.ts';
import { Child } from '../process/child.ts';
import { within } from '../process/within.ts';
import type { LinkAccount } from '../record/schema.ts';
import type { Launcher } from './launcher.ts';
import type { CaptureSpec, FromMiddlebox, ToMiddlebox, WireMessage } from './protocol.ts';

type EmulatorName = WireMessage['emulator'];

const READY_TIMEOUT_MS = 20_000;
const MIDDLEBOX = new URL('./middlebox.js', import.meta.url);

/**
 * Two network namespaces with a middlebox between them, as seen from the process that made them. Nothing here has a name
 * on the host: when the processes end, namespaces, interfaces and all go with them.
 */
export class Lab {
  readonly #middlebox: Child<ToMiddlebox, FromMiddlebox>;
  readonly #launcher: Launcher;
  readonly #emulator: EmulatorName;
  #realTime: boolean | undefined;

  private constructor(launcher: Launcher, emulator: EmulatorName, middlebox: Child<ToMiddlebox, FromMiddlebox>) {
    this.#launcher = launcher;
    this.#emulator = emulator;
    this.#middlebox = middlebox;
  }

  static async open(launcher: Launcher, emulator: EmulatorName): Promise<Lab> {
    const middlebox = new Child<ToMiddlebox, FromMiddlebox>('middlebox', launcher.inNewNamespaces, MIDDLEBOX);
    try {
      await within(READY_TIMEOUT_MS, 'the middlebox did not start', () => expectMessage(middlebox, 'ready'));
      return new Lab(launcher, emulator, middlebox);
    } catch (error) {
      await middlebox.stop();
      throw error;
    }
  }

  /** Whether the emulator goes before other programs; undefined before `wire`, and for the kernel's. */
  get realTime(): boolean | undefined {
    return this.#realTime;
  }

  /** The command line that starts an endpoint: beside the middlebox, in a network namespace of its own. */
  get endpointPrefix(): readonly string[] {
    return this.#launcher.besides(this.#middlebox.pid);
  }

  /** Of the middlebox. */
  get pid(): number {
    return this.#middlebox.pid;
  }

  /** The command line that starts a program in the namespaces of a running endpoint. */
  inside(endpointPid: number): readonly string[] {
    return this.#launcher.into(endpointPid);
  }

  /** Calls `tell` when the middlebox is no more, and with it the lab. Returns what takes that back. */
  onDeath(tell: (error: Error) => void): () => void {
    return this.#middlebox.onDeath(tell);
  }

  /** Lays the cables to two running endpoints. */
  async wire(clientPid: number, serverPid: number, capture?: CaptureSpec): Promise<void> {
    const wire: WireMessage = { type: 'wire', clientPid, serverPid, emulator: this.#emulator };
    this.#middlebox.send(capture ? { ...wire, capture } : wire);
    this.#realTime = (await expectMessage(this.#middlebox, 'wired')).realTime;
  }

  /** A fresh link with an effective profile. */
  async configure(profile: Profile, seed: number): Promise<void> {
    this.#middlebox.send({ type: 'configure', profile, seed });
    await expectMessage(this.#middlebox, 'done');
  }

  /** The account of the link starts at `open`; its window closes at `close` (ns of CLOCK_MONOTONIC). */
  window(open: number, close: number): void {
    this.#middlebox.send({ type: 'window', open, close });
  }

  /** What has happened since the window opened. */
  async account(): Promise<LinkAccount> {
    this.#middlebox.send({ type: 'account' });
    return (await expectMessage(this.#middlebox, 'account')).account;
  }

  /** Completes the file of a capture; rejects when it could not be written to its end. */
  async endCapture(): Promise<void> {
    this.#middlebox.send({ type: 'close' });
    await expectMessage(this.#middlebox, 'done');
  }

  async close(): Promise<void> {
    await this.#middlebox.stop();
  }
}

type OfType<T extends FromMiddlebox['type']> = Extract<FromMiddlebox, { type: T }>;

async function expectMessage<T extends FromMiddlebox['type']>(
  middlebox: Child<ToMiddlebox, FromMiddlebox>,
  type: T,
): Promise<OfType<T>> {
  const message = await middlebox.receive(
    (got): got is OfType<T> | OfType<'failed'> => got.type === type || got.type === 'failed',
  );
  if (message.type === 'failed') throw new Error((message as OfType<'failed'>).reason);
  return message as OfType<T>;
}
