import { MAX_HELD } from '../profile.ts';
import { formatTime, parseSize, parseTime } from '../units.ts';
import type { Clause } from './clause.ts';

const MAX_TIME_NS = 3600e9;
const MAX_BYTES = 2 ** 32 - 1;
const MAX_RATE_BPS = 10e12;
/** sch_netem holds the jitter in 31 bits. */
const MAX_JITTER_NS = 2 ** 31 - 1;

/** Takes a time of at most one hour. */
export function takeTime(clause: Clause): number {
  return boundedTime(clause, clause.value('a time, such as 20ms', parseTime));
}

/** Takes a time that makes sense only if it is not 0. */
export function takePositiveTime(clause: Clause): number {
  return positive(clause, takeTime(clause));
}

export function positive(clause: Clause, ns: number): number {
  return ns > 0 ? ns : clause.fail('0 is too short');
}

export function boundedTime(clause: Clause, ns: number): number {
  return ns <= MAX_TIME_NS ? ns : clause.fail('a time of more than 1 hour is not accepted');
}

export function boundedJitter(clause: Clause, ns: number): number {
  return ns <= MAX_JITTER_NS ? ns : clause.fail(`a jitter of more than ${formatTime(MAX_JITTER_NS)} is not accepted`);
}

export function boundedRate(clause: Clause, bps: number): number {
  if (bps < 8) clause.fail('a rate below 8bit (one byte per second) is not accepted; leave the word out for no rate');
  return bps <= MAX_RATE_BPS ? bps : clause.fail('a rate of more than 10tbit is not accepted');
}

export function boundedPackets(clause: Clause, packets: number): number {
  if (packets < 1) clause.fail('at least 1 packet has to fit');
  if (packets <= MAX_HELD) return packets;
  return clause.fail(
    `${packets} packets are more than the ${MAX_HELD} that may be held: each takes a frame slot of memory`,
  );
}

export function boundedBytes(clause: Clause, bytes: number): number {
  if (bytes < 1) clause.fail('at least 1 byte has to fit');
  return bytes <= MAX_BYTES ? bytes : clause.fail(`more than ${MAX_BYTES} bytes are not accepted`);
}

/** Takes a size in bytes, at least 1. */
export function takeBytes(clause: Clause): number {
  return boundedBytes(clause, clause.value('a size, such as 64kb', parseSize));
}
