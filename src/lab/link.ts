import type { Profile } from '../link/profile.ts';
import type { LinkAccount } from '../record/schema.ts';

/** The link between the two cables of a middlebox, whatever emulates it. Times are ns of CLOCK_MONOTONIC. */
export interface Link {
  /** Whether what emulates it goes before other programs; absent where that is no question. */
  readonly realTime?: boolean;
  /** A fresh link with an effective profile; what the old one held is dropped. An account is open from then on. */
  configure(profile: Profile, seed: number): Promise<void>;
  /** The account starts anew at `open` and goes on through the drain; its window ends at `close`. */
  window(open: number, close: number): void;
  /** What has happened since the account was opened. */
  account(): Promise<LinkAccount>;
  /** Finishes what is being recorded. */
  close(): Promise<void>;
}
