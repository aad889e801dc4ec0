import { CLOSE_ABORTED, CLOSE_PROTOCOL_ERROR } from '../wire/frames.ts';

/** The peer has ended the connection, or broken its rules. */
export class ClosedError extends Error {
  override name = 'ClosedError';
  readonly code = 'ECONNRESET';
}

/** Nothing was heard of the peer for too long. */
export class IdleError extends Error {
  override name = 'IdleError';
  readonly code = 'ETIMEDOUT';

  constructor(idleNs: number) {
    super(`rudp: nothing was heard from the other end, or acknowledged by it, for ${idleNs / 1e9} s (option idle)`);
  }
}

export function closeReason(code: number, reason: string): string {
  const what =
    code === CLOSE_ABORTED
      ? 'the other end aborted the connection'
      : code === CLOSE_PROTOCOL_ERROR
        ? 'the protocol was violated'
        : `the connection was closed with code ${code}`;
  return `rudp: ${what}${reason ? `: ${reason}` : ''}`;
}
