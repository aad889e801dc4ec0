import type { ChatAccount } from '../../apps/chat/account.ts';

/** What the halves tell each other over the control channel. */
export type FromServer =
  /** Clients whose names the server has, and when it had the last of them. */
  | { readonly type: 'joined'; readonly numbers: readonly number[]; readonly at: number }
  /** At the end. */
  | { readonly type: 'account'; readonly account: ChatAccount };

/** How many measured messages the clients' transports took, once their window is over. */
export interface FromClient {
  readonly sent: number;
}
