import type { DropCause } from '../link/frames.ts';

/** Where a direction keeps its frames: slot i begins at byte `i * slotBytes`. */
export interface FrameMemory {
  readonly memory: Uint8Array;
  readonly slotBytes: number;
}

/** Beside the model's own causes: a frame larger than its slot, and one that the kernel would not send. */
export type TapDropCause = DropCause | 'oversize' | 'refused';

/**
 * What one direction of a lab tells of its frames to whoever records them. Frames go by slot; a slot's bytes are read during the
 * call, never later. Times are ns of CLOCK_MONOTONIC. Nothing is allocated per frame.
 */
export interface Tap {
  /**
   * A frame has come, at the `ns` that the model is offered it: first this, then `offer`, which may change the frame. `bytes` is its
   * true size, even where its slot holds less.
   */
  arrived(ns: number, slot: number, bytes: number): void;
  /** `copy` is now a duplicate of `slot`. */
  copied(slot: number, copy: number): void;
  /** A bit of it has been inverted. */
  corrupted(slot: number): void;
  /** It has been marked Congestion Experienced. */
  marked(slot: number): void;
  /** It will not leave. At the very `ns` of its arrival this is that arrival's fate, later an event of its own. */
  dropped(ns: number, slot: number, cause: TapDropCause): void;
  /** It leaves at the real time `ns`; to be called before the kernel gets it, so that no answer seems to come first. */
  left(ns: number, slot: number, bytes: number): void;
}
