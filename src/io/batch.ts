/**
 * Messages, or datagrams, that were read together. The object and its arrays are reused: valid only inside the callback that
 * was given it.
 */
export interface Batch {
  /** Holds every message: number i is at `offsets[i]`, `lengths[i]` bytes long. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
  readonly count: number;
  /** When they were read, in ns on the loop's clock. */
  readonly arrival: number;
}
