/**
 * The header that scenarios put at the front of every message, little-endian:
 *
 *     0  u32  trial      which trial it belongs to: strays of an earlier one are recognised
 *     4  u64  sequence   from 0, in the order sent
 *     12 u64  intended   when it was to be sent, ns of CLOCK_MONOTONIC
 */
export const HEADER_BYTES = 20;

const WORD = 0x1_0000_0000;

export const trialAt = (view: DataView, offset: number): number => view.getUint32(offset, true);

export const sequenceAt = (view: DataView, offset: number): number =>
  view.getUint32(offset + 4, true) + view.getUint32(offset + 8, true) * WORD;

export const intendedAt = (view: DataView, offset: number): number =>
  view.getUint32(offset + 12, true) + view.getUint32(offset + 16, true) * WORD;

export function writeHeader(view: DataView, offset: number, trial: number, sequence: number, intended: number): void {
  view.setUint32(offset, trial, true);
  view.setUint32(offset + 4, sequence, true);
  view.setUint32(offset + 8, (sequence / WORD) >>> 0, true);
  view.setUint32(offset + 12, intended, true);
  view.setUint32(offset + 16, (intended / WORD) >>> 0, true);
}
