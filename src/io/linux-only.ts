import { UserError } from '../record/errors.ts';
import { type Address, isUnix } from './address.ts';
import type { Io } from './io.ts';

const needsLinux = (what: string): UserError =>
  new UserError(`${what} need the system calls of Linux: use --io linux`, 3);

/** @throws UserError for an address of AF_UNIX */
export function refuseUnix(...addresses: (Address | undefined)[]): void {
  if (addresses.some((address) => address && isUnix(address.host))) throw needsLinux('unix sockets');
}

const noSeqpacket = (): never => {
  throw needsLinux('seqpacket sockets');
};

/** What an `Io` without system calls of its own says to them. */
export const LINUX_ONLY: Pick<Io, 'listenSeqpacket' | 'connectSeqpacket' | 'raw'> = {
  listenSeqpacket: noSeqpacket,
  connectSeqpacket: noSeqpacket,
  raw: () => {
    throw needsLinux('raw sockets');
  },
};
