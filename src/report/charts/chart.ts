import type { TopLevelSpec } from 'vega-lite';
import type { Analysis } from '../analyse.ts';

/** One picture of a run. One file each. */
export interface Chart {
  /** File name without ending, and anchor in the HTML report. */
  readonly name: string;
  readonly title: string;
  /** One sentence for somebody who sees such a chart for the first time. */
  readonly howToRead: string;
  /** A Vega-Lite document with its data inside; undefined when the run has nothing to show. */
  spec(analysis: Analysis): TopLevelSpec | undefined;
}
