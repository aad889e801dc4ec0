/** What a queue waits for. */
export interface Server {
  /** The packet on the serialiser, -1 when it is idle. */
  readonly serving: number;
  /** What a frame costs, in a measure of the server's own. */
  workOf(bytes: number): number;
  /** When it will be done with what it serves and so much work more; in the past when it is idle and there is none. */
  doneAt(work: number): number;
}
