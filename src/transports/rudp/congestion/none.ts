import type { AckEvent, CongestionControl } from './control.ts';

const WINDOW = 16 * 2 ** 20;

/** No control at all: 16 MB in flight, not paced. It floods whatever is slower than the sender, so for the lab only. */
export class NoControl implements CongestionControl {
  readonly name = 'none';
  readonly phase = 'none';
  readonly window: number = WINDOW;
  readonly pacingRate: number = Number.POSITIVE_INFINITY;

  onSent(_now: number, _bytes: number, _inflight: number): void {}
  onAck(_event: AckEvent): void {}
  onSpuriousLoss(_now: number, _bytes: number, _sentAt: number): void {}
  onPersistentCongestion(_now: number): void {}
  setPacketBytes(_bytes: number): void {}
}
