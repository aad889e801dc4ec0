import type { Profile } from '../../link/profile.ts';
import type { DirectionAccount, LinkAccount } from '../../record/schema.ts';

export type DirectionName = keyof LinkAccount;

/** What a carrier is started with. */
export interface CarrierSpec {
  readonly directions: readonly DirectionName[];
  /** Where to record what crosses; one carrier has both directions then. */
  readonly capture?: { readonly path: string; readonly about: string };
}

/** From the emulator to a carrier; times are ns of CLOCK_MONOTONIC. Each but `window` is answered. */
export type ToCarrier =
  | { type: 'configure'; profile: Profile; seed: number }
  | { type: 'window'; open: number; close: number }
  | { type: 'account' }
  | { type: 'close' };

export type FromCarrier =
  | { type: 'done' }
  /** Running; whether it goes before all that is not of real time. */
  | { type: 'ready'; realTime: boolean }
  | { type: 'failed'; reason: string }
  | { type: 'account'; account: Partial<Record<DirectionName, DirectionAccount>> };
