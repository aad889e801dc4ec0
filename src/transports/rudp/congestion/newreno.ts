import type { AckEvent } from './control.ts';
import { WindowControl } from './window-control.ts';

const LOSS_REDUCTION = 0.5;

/** RFC 9002 section 7. */
export class NewReno extends WindowControl {
  readonly name = 'newreno';

  protected override avoid(event: AckEvent): void {
    this.window += (this.packetBytes * event.ackedBytes) / this.window;
  }

  protected override reduced(_now: number): number {
    return this.window * LOSS_REDUCTION;
  }
}
