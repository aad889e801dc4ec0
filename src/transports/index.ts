import { tcp } from './tcp.ts';
import type { Transport } from './transport.ts';
import { udp } from './udp.ts';

/** The transports that come with netduel; a configuration may bring more. */
// biome-ignore lint/suspicious/noExplicitAny: each transport has options of its own type, checked by its own schema.
export const builtinTransports: readonly Transport<any>[] = [tcp, udp];
