import { HEADER_BYTES } from '../../wire/message.ts';

/**
 * Behind the header of every message, little-endian:
 *
 *     20 u32  frame   which one it belongs to, from 0
 *     24 u16  index   which part of it, from 0
 *     26 u16  count   how many parts it was cut into
 */
export const FRAGMENT_HEADER_BYTES: number = HEADER_BYTES + 8;

const MOST_PARTS = 0xffff;

export const frameAt = (view: DataView, offset: number): number => view.getUint32(offset + HEADER_BYTES, true);
export const indexAt = (view: DataView, offset: number): number => view.getUint16(offset + HEADER_BYTES + 4, true);
export const countAt = (view: DataView, offset: number): number => view.getUint16(offset + HEADER_BYTES + 6, true);

export function writeFragment(view: DataView, offset: number, frame: number, index: number, count: number): void {
  view.setUint32(offset + HEADER_BYTES, frame, true);
  view.setUint16(offset + HEADER_BYTES + 4, index, true);
  view.setUint16(offset + HEADER_BYTES + 6, count, true);
}

/** How a frame travels: `count` messages of `bytes`, the last one of `lastBytes`, headers included. */
export interface Cut {
  readonly count: number;
  readonly bytes: number;
  readonly lastBytes: number;
}

/** In as few messages as fit, of about one size. @throws RangeError for a frame of more parts than can be numbered */
export function cut(frameBytes: number, maxMessageBytes: number): Cut {
  const count = Math.max(1, Math.ceil(frameBytes / (maxMessageBytes - FRAGMENT_HEADER_BYTES)));
  if (count > MOST_PARTS)
    throw new RangeError(
      `a frame of ${frameBytes} bytes needs ${count} messages, at most ${MOST_PARTS} can be numbered`,
    );
  const part = Math.ceil(frameBytes / count);
  // The size of the parts may make the last of them superfluous.
  const parts = Math.ceil(frameBytes / part);
  return {
    count: parts,
    bytes: FRAGMENT_HEADER_BYTES + part,
    lastBytes: FRAGMENT_HEADER_BYTES + frameBytes - (parts - 1) * part,
  };
}
