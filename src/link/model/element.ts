/**
 * A part of the link that packets pass, which may hold them: a link is a row of elements. Packets are ids of `Packets`; one that
 * leaves an element arrives at the next at that very time. Times go forward from call to call.
 */
export interface Element {
  /** Packets inside. */
  readonly size: number;
  /** Each departure is fixed when its packet arrives, so that `step` can wait until somebody asks for the packet. */
  readonly settled: boolean;
  arrive(now: number, id: number): void;
  /** When something happens inside next, Infinity when nothing will. */
  nextDue(): number;
  /** Lets what is due at `nextDue()` happen: the packet that leaves by it, or -1. */
  step(): number;
  /** The earliest time by which a packet that arrives at `now` or later, behind all that is inside, can be on its way out. */
  earliest(now: number): number;
}
