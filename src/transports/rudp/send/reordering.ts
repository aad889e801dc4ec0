/** RFC 9002 6.1: where every connection starts. */
const PACKET_THRESHOLD = 3;
const TIME_FACTOR = 9 / 8;
/** Beyond this a packet's place says nothing any more and its age alone decides, as in RACK (RFC 8985). */
const MAX_PACKET_THRESHOLD = 128;
const MAX_TIME_FACTOR = 2;
/** Above what was seen. */
const TIME_MARGIN = 1 / 8;
/** So many rounds with losses, none of them spurious, and the path is taken to keep order again. */
const CALM_ROUNDS = 16;

/**
 * How far out of order a packet may be before it counts as lost: RFC 9002's thresholds, which grow to what is seen when a
 * packet turns up that had been declared lost.
 */
export class Reordering {
  /** Later packets that must have been acknowledged; Infinity: its age decides alone. */
  packets: number = PACKET_THRESHOLD;
  /** Its age in round trips. */
  time: number = TIME_FACTOR;
  #calm = 0;

  /** A packet declared lost was acknowledged `distance` packets behind the largest, at the age of `roundTrips`. */
  onSpurious(distance: number, roundTrips: number): void {
    this.#calm = 0;
    if (distance >= this.packets) this.packets = distance < MAX_PACKET_THRESHOLD ? distance + 1 : Infinity;
    this.time = Math.min(MAX_TIME_FACTOR, Math.max(this.time, roundTrips + TIME_MARGIN));
  }

  /** A round trip is over in which packets were declared lost. */
  onLossyRound(): void {
    if (++this.#calm < CALM_ROUNDS) return;
    this.#calm = 0;
    this.packets = PACKET_THRESHOLD;
    this.time = TIME_FACTOR;
  }
}
