import { ETHERNET_HEADER_BYTES, ipHeaderBytes } from '../dist/io/headers.js';
import { MTU, SERVER } from '../dist/lab/addresses.js';
import { builtinTransports } from '../dist/transports/index.js';
import type { Case } from '../src/record/schema.ts';

/** What the rudp benches share: one bottleneck of 100 Mbit/s over whole frames, the same in both directions. */
export const RATE_BPS = 100e6;
const FRAME_BYTES = MTU + ETHERNET_HEADER_BYTES;
const BURST_PACKETS = 4;
/** As small as netduel makes a queue by itself. */
const MIN_QUEUE = 64;

export type Pattern = 'iid' | 'bursts';

export interface Bottleneck {
  readonly rttMs: number;
  readonly queuePackets: number;
  readonly lossPercent?: number;
  readonly pattern?: Pattern;
}

/** `share` of a bandwidth-delay product in full frames; at least 64 of a whole one. */
export function queueOf(rttMs: number, share = 1): number {
  const product = Math.ceil((share * RATE_BPS * rttMs) / 8e3 / FRAME_BYTES);
  return share >= 1 ? Math.max(MIN_QUEUE, product) : Math.max(1, product);
}

const text = (value: number): string => String(Number(value.toPrecision(6)));

/** Loss comes behind the bottleneck, so that what is lost has taken its part of the capacity. */
export function linkText({ rttMs, queuePackets, lossPercent = 0, pattern = 'iid' }: Bottleneck): string {
  return `rate ${RATE_BPS / 1e6}mbit queue ${queuePackets} packets | delay ${text(rttMs / 2)}ms${lossText(lossPercent / 100, pattern)}`;
}

/** gemodel: R = 1 / burst, P = R loss / (1 - loss). */
function lossText(loss: number, pattern: Pattern): string {
  if (loss === 0) return '';
  const back = 1 / BURST_PACKETS;
  if (pattern === 'bursts') return ` loss gemodel ${text((100 * back * loss) / (1 - loss))}% ${text(100 * back)}%`;
  return ` loss ${text(100 * loss)}%`;
}

/** The most payload that gets through: capacity less headers, less what is lost, bit/s. */
export function ceilingBps(transport: Case['transport'], size: number, lossPercent: number): number {
  const found = builtinTransports.find(({ name }) => name === transport.name);
  if (!found) throw new Error(`${transport.name} does not come with netduel`);
  const wireBytes = found.wireBytes(size, MTU, ipHeaderBytes(SERVER.v4), transport.options);
  return (1 - lossPercent / 100) * RATE_BPS * (size / wireBytes);
}
