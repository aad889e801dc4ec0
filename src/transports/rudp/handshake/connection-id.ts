import type { ConnectionId } from '../wire/packet.ts';

/** 64 random bits, which nobody guesses who does not see the packets; never that of no connection. */
export function newConnectionId(): ConnectionId {
  const [hi, lo] = crypto.getRandomValues(new Uint32Array(2));
  return hi === 0 && lo === 0 ? newConnectionId() : { hi, lo };
}

/** A number that ids seldom share, for looking them up: the low 53 bits. */
export const keyOf = (hi: number, lo: number): number => (hi & 0x1f_ffff) * 2 ** 32 + lo;
