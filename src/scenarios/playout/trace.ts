/** Sizes of the frames of a clip, which starts anew when it is over. */
export interface Trace {
  readonly fps: number;
  readonly frames: readonly Frame[];
}

interface Frame {
  readonly bytes: number;
  /** Decodable by itself. */
  readonly key: boolean;
}

export interface SyntheticClip {
  readonly fps: number;
  readonly bitsPerSecond: number;
  /** Frames from one key frame to the next. */
  readonly keys: number;
  /** Size of a key frame / size of another. */
  readonly factor: number;
}

/** A key frame, then the others, all of one size: the plainest clip of a bit rate. */
export function synthetic({ fps, bitsPerSecond, keys, factor }: SyntheticClip): Trace {
  const perGroup = (bitsPerSecond / 8 / fps) * keys;
  const other = perGroup / (factor + keys - 1);
  const frames = Array.from({ length: keys }, (_, k) => ({
    bytes: Math.max(1, Math.round(k === 0 ? factor * other : other)),
    key: k === 0,
  }));
  return { fps, frames };
}

export const bitsPerSecondOf = ({ fps, frames }: Trace): number =>
  (frames.reduce((sum, { bytes }) => sum + bytes, 0) * 8 * fps) / frames.length;

/** The same clip at another bit rate. */
export function scaled(trace: Trace, bitsPerSecond: number): Trace {
  const factor = bitsPerSecond / bitsPerSecondOf(trace);
  return {
    ...trace,
    frames: trace.frames.map((frame) => ({ ...frame, bytes: Math.max(1, Math.round(frame.bytes * factor)) })),
  };
}

/** Nanoseconds from one frame to the next. */
export const intervalOf = ({ fps }: Trace): number => 1e9 / fps;

/** Frames that are due in a window of so many ns. */
export const framesIn = (trace: Trace, windowNs: number): number =>
  // A rounding must not add a frame at the very end.
  Math.ceil(windowNs / intervalOf(trace) - 1e-6);
