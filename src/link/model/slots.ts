import type { Taus113 } from '../prng.ts';
import type { Slot } from '../profile.ts';
import { DelayProcess } from './delay.ts';

/** Times at which packets may leave, each for so many packets and bytes: `get_slot_next` of sch_netem. */
export class SlotProcess {
  /** When the present slot opened or will open. */
  opens = Number.NEGATIVE_INFINITY;
  private readonly gapNs: () => number;
  private readonly packets: number;
  private readonly bytes: number;
  private packetsLeft = 0;
  private bytesLeft = 0;

  /** `other` draws uniform gaps, for which the kernel does not use the seeded generator. */
  constructor({ gap, packets, bytes }: Slot, prng: Taus113, other: Taus113) {
    this.packets = packets > 0 ? packets : Number.POSITIVE_INFINITY;
    this.bytes = bytes > 0 ? bytes : Number.POSITIVE_INFINITY;
    if (gap.kind === 'uniform') {
      this.gapNs = () => gap.minNs + Math.floor((other.next() / 2 ** 32) * (gap.maxNs - gap.minNs));
    } else {
      const { delayNs, jitterNs, distribution } = gap;
      const delays = new DelayProcess({ ns: delayNs, jitterNs, correlation: 0, distribution }, prng, other);
      this.gapNs = () => delays.next();
    }
  }

  renew(now: number): void {
    this.opens = now + this.gapNs();
    this.packetsLeft = this.packets;
    this.bytesLeft = this.bytes;
  }

  spend(now: number, bytes: number): void {
    this.packetsLeft--;
    this.bytesLeft -= bytes;
    if (this.packetsLeft <= 0 || this.bytesLeft <= 0) this.renew(now);
  }
}

/** Slots that all open at once are none, as in the kernel. */
export function slotProcess(slot: Slot | undefined, prng: Taus113, other: Taus113): SlotProcess | undefined {
  const none = !slot || (slot.gap.kind === 'uniform' && slot.gap.maxNs === 0);
  return none ? undefined : new SlotProcess(slot, prng, other);
}
