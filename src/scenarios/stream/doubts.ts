import type { Flag } from '../../record/schema.ts';
import type { TransportStats } from '../../transports/transport.ts';
import { FEW_SAMPLES } from '../percentile-metrics.ts';

const MISSED_TOLERATED = 0.01;
const WINDOW_LIMITED = 0.2;

const percent = (ratio: number): string => `${(100 * ratio).toFixed(ratio < 0.1 ? 2 : 0)} %`;

/** Each gives the flag, or nothing where there is no reason to doubt. */
const when = (doubtful: boolean, flag: () => Flag): Flag[] => (doubtful ? [flag()] : []);

export const generatorLimited = (missed: number, slots: number): Flag[] =>
  when(missed > MISSED_TOLERATED * slots, () => ({
    name: 'generator-limited',
    reason: `${percent(missed / slots)} of the send slots passed while the generator was late`,
    remedy: 'ask for a lower rate or larger messages, or use a machine with more or quieter processors',
  }));

export const backlogged = (backlog: number, slots: number): Flag[] =>
  when(backlog > MISSED_TOLERATED * slots, () => ({
    name: 'backlogged',
    reason: `${backlog} messages were due but still waiting for the transport at the end: it takes less than was asked for, and their delays are not among those shown`,
    remedy: 'ask for a lower rate (rate=...), or for rate=max to see what it takes',
  }));

export const tooFewSamples = (delivered: number): Flag[] =>
  when(delivered < FEW_SAMPLES, () => ({
    name: 'too-few-samples',
    reason: `${delivered} delivered messages are too few for percentiles`,
    remedy: 'measure longer (--duration), or send more often (rate=...) or smaller messages (size=...)',
  }));

export const clockUncertain = (negativeDelays: number): Flag[] =>
  when(negativeDelays > 0, () => ({
    name: 'clock-uncertain',
    reason: `${negativeDelays} messages seem to have arrived before they were sent`,
    remedy: 'check that both ends share one host and its CLOCK_MONOTONIC',
  }));

export const socketDropped = (drops: number): Flag[] =>
  when(drops > 0, () => ({
    name: 'socket-drops',
    reason: `the receiving socket had no room for ${drops} messages: part of the loss is the receiver's, not the network's`,
    remedy: 'ask for a lower rate (rate=...), or allow larger buffers: sysctl -w net.core.rmem_max=33554432',
  }));

/** `after`: of the sender. */
export function windowLimited({ receiveWindowLimitedRatio: limited = 0 }: TransportStats): Flag[] {
  return when(limited > WINDOW_LIMITED, () => ({
    name: 'window-limited',
    reason: `the receiver's window held the sender back for ${percent(limited)} of the time`,
    remedy:
      'allow the receiver more: for TCP sysctl -w net.ipv4.tcp_rmem="4096 131072 33554432", else the window of the transport (netduel list)',
  }));
}
