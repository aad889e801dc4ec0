import { UDP_HEADER_BYTES } from '../../io/headers.ts';
import { seeded } from '../../stats/xoshiro.ts';
import type { ConnectionLog } from '../log.ts';
import { congestionControls } from './congestion/index.ts';
import { Engine } from './engine/engine.ts';
import { deadlineOf, parseFec, type RudpOptions } from './options.ts';
import { qlogOf } from './qlog.ts';
import type { ConnectionId } from './wire/packet.ts';
import { MIN_DATAGRAM_BYTES, type Parameters } from './wire/parameters.ts';

/** Credit from the start; it costs memory only when it is needed. */
const INITIAL_WINDOW = 4 << 20;
/** What a receiver starts with, until the sender knows better. */
const MAX_ACK_DELAY_US = 25_000;

/** Largest UDP payload of a packet of `mtu` bytes. */
export const payloadOf = (mtu: number, ipHeaderBytes: number): number => mtu - ipHeaderBytes - UDP_HEADER_BYTES;

/** What this end announces. */
export function parametersOf(options: RudpOptions, maxPayload: number): Parameters {
  const { mode, window, idle, checksum } = options;
  const fec = options.fec === undefined ? undefined : parseFec(options.fec);
  return {
    maxData: Math.min(window, INITIAL_WINDOW),
    maxDatagram: Math.max(MIN_DATAGRAM_BYTES, maxPayload),
    idleTimeoutMs: Math.round(idle / 1e6),
    maxAckDelayUs: MAX_ACK_DELAY_US,
    mode,
    checksum,
    ...(fec ? { fec } : {}),
  };
}

interface Agreed {
  readonly now: number;
  readonly id: ConnectionId;
  readonly peer: ConnectionId;
  readonly remote: Parameters;
  readonly roundTripNs: number;
  readonly maxPayload: number;
  readonly answer?: Uint8Array;
}

/** The engine of a connection that the handshake has agreed upon. */
export function makeEngine(options: RudpOptions, agreed: Agreed, log: ConnectionLog | undefined): Engine {
  const { now, id, peer, remote, roundTripNs, maxPayload, answer } = agreed;
  const random = seeded(Math.floor(now) >>> 0);
  const makeControl = congestionControls[options.cc];
  const local = parametersOf(options, maxPayload);
  return new Engine({
    now,
    peer,
    local,
    remote,
    makeControl,
    initialPackets: options.iw,
    ...(options.rate === undefined ? {} : { rateBps: options.rate }),
    random,
    roundTripNs,
    maxPayload,
    maxWindow: options.window,
    deadlineNs: deadlineOf(options),
    keepAliveNs: options.keepalive,
    ...(answer ? { answer } : {}),
    ...(log ? { log: qlogOf(log, { id, peer, options, local, remote }) } : {}),
  });
}
