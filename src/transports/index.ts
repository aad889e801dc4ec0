import { rawIp } from './raw-ip/index.ts';
import { rudp } from './rudp/index.ts';
import { tcp } from './tcp.ts';
import type { Transport } from './transport.ts';
import { udp } from './udp.ts';
import { unixDgram } from './unix-dgram.ts';
import { unixSeqpacket } from './unix-seqpacket.ts';
import { unixStream } from './unix-stream.ts';

/** The transports that come with netduel; a configuration may bring more. */
export const builtinTransports: readonly Transport[] = [tcp, udp, rudp, unixStream, unixDgram, unixSeqpacket, rawIp];
