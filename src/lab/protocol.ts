import type { Profile } from '../link/profile.ts';
import type { LinkAccount } from '../record/schema.ts';

/** From the lab to its middlebox. Times are ns of CLOCK_MONOTONIC. */
export type ToMiddlebox =
  | { type: 'wire'; clientPid: number; serverPid: number }
  | { type: 'configure'; profile: Profile; seed: number }
  | { type: 'window'; open: number; close: number }
  | { type: 'account' };

export type FromMiddlebox =
  | { type: 'ready' }
  | { type: 'done' }
  | { type: 'account'; account: LinkAccount }
  | { type: 'failed'; reason: string };
