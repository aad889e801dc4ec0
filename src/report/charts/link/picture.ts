/** What a link does, as numbers to be drawn. */
export interface LinkPicture {
  /** The link's name. */
  readonly title: string;
  /** Below it, a line each. */
  readonly subtitle: readonly string[];
  /** One, where both do the same, or two. */
  readonly directions: readonly DirectionPicture[];
}

export interface DirectionPicture {
  /** Such as `up: client to server`. */
  readonly name: string;
  /** What came of evenly spaced frames at a light load. */
  readonly light: {
    /** Of those that came through, ascending. */
    readonly delaysNs: ArrayLike<number>;
    /** Lengths of the runs of frames lost one after the other, ascending. */
    readonly lossRuns: readonly number[];
  };
  /** What a saturated link delivered, period by period; absent where nothing limits it. */
  readonly saturated?: {
    readonly periodNs: number;
    readonly bps: readonly number[];
  };
}
