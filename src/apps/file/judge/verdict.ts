/** A small file for people to look at. */
export interface Exhibit {
  readonly name: 'original' | 'received';
  /** A media type that browsers show. */
  readonly type: string;
  readonly base64: string;
}

/** How good what arrived of a picture or a clip is. What cannot be said is absent. */
export interface Verdict {
  /** Absent also where nothing is missing: it would be infinite. */
  readonly psnrDb?: number;
  readonly ssim?: number;
  /** Frames that a decoder made of what arrived, of those that it made of the original. */
  readonly framesRatio?: number;
  readonly exhibits: readonly Exhibit[];
  /** Why something is absent, and a way out. */
  readonly lack?: { readonly reason: string; readonly remedy: string };
}
