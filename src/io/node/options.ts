import { UserError } from '../../record/errors.ts';
import type { StreamOptions } from '../stream.ts';

/** Refuses what would change the measurement if it were ignored; buffer sizes are left out of `settings()` instead. */
export function checkStreamOptions(options: StreamOptions): void {
  if (options.congestionControl !== undefined) {
    throw new UserError(
      `congestion control "${options.congestionControl}" was asked for, but Node's sockets cannot choose one: ` +
        'use --io linux, or leave the option out to take the default of the host',
      3,
    );
  }
}
