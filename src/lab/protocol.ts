import type { Profile } from '../link/profile.ts';
import type { LinkAccount } from '../record/schema.ts';

/** What is to become of the frames that the middlebox sees: a pcapng file, with a comment. */
export interface CaptureSpec {
  readonly path: string;
  readonly about: string;
}

export interface WireMessage {
  readonly type: 'wire';
  readonly clientPid: number;
  readonly serverPid: number;
  readonly emulator: 'user' | 'kernel';
  /** Of the emulator `user` only: the kernel's frames do not pass through the middlebox. */
  readonly capture?: CaptureSpec;
}

/** From the lab to its middlebox. Times are ns of CLOCK_MONOTONIC. Each but `window` is answered. */
export type ToMiddlebox =
  | WireMessage
  | { type: 'configure'; profile: Profile; seed: number }
  | { type: 'window'; open: number; close: number }
  | { type: 'account' }
  /** Finishes what is being recorded. */
  | { type: 'close' };

export type FromMiddlebox =
  | { type: 'ready' }
  | { type: 'done' }
  | { type: 'wired'; realTime?: boolean }
  | { type: 'account'; account: LinkAccount }
  | { type: 'failed'; reason: string };
