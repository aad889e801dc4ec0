import type { Batch } from '../../io/batch.ts';

/**
 * By which the connection of the load says that it is one: the trial, then a word. Shorter than any other message, so that one that
 * comes late is nobody's.
 */
const BYTES = 8;
const LOAD = 0x4c4f4144;

/** Behind `headroom` bytes. */
export function writeGreeting(headroom: number, trialId: number): { bytes: Uint8Array; size: number } {
  const bytes = new Uint8Array(new ArrayBuffer(headroom + BYTES));
  const view = new DataView(bytes.buffer);
  view.setUint32(headroom, trialId, true);
  view.setUint32(headroom + 4, LOAD, true);
  return { bytes, size: BYTES };
}

export const isGreeting = ({ view, offsets, lengths }: Batch, index: number, trialId: number): boolean =>
  lengths[index] === BYTES &&
  view.getUint32(offsets[index], true) === trialId &&
  view.getUint32(offsets[index] + 4, true) === LOAD;
