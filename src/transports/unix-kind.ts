import { type Address, isUnix } from '../io/address.ts';
import { UserError } from '../record/errors.ts';
import type { Traits } from './transport.ts';

/** What all sockets of AF_UNIX promise (unix(7)): a full buffer or queue holds the sender back, so nothing is lost. */
export const UNIX_TRAITS = {
  reliable: true,
  ordered: true,
  congestionControl: true,
} as const satisfies Partial<Traits>;

/** One read of io/linux; the kernel takes SO_SNDBUF less 32 bytes, which is more but differs between users. */
export const UNIX_MAX_MESSAGE_BYTES = 65_536;

/** Where to listen: a name that was asked for, or a free one, for a numeric address means nothing here. */
export const unixAddress = (asked: Address): Address => (isUnix(asked.host) ? asked : { host: '@', port: 0 });

/** @throws UserError for a numeric address */
export function unixPeer(remote: Address): Address {
  if (isUnix(remote.host)) return remote;
  throw new UserError(
    `'${remote.host}' is no name of a unix socket: expected one that begins with '@', as its listener reports it`,
  );
}
