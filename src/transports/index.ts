import { rudp } from './rudp/index.ts';
import { tcp } from './tcp.ts';
import type { Transport } from './transport.ts';
import { udp } from './udp.ts';

/** The transports that come with netduel; a configuration may bring more. */
export const builtinTransports: readonly Transport[] = [tcp, udp, rudp];
