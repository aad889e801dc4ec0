import { describe, expect, test } from 'vitest';
import type { CongestionControl } from '../../../../src/transports/rudp/congestion/control.ts';
import { AckPolicy } from '../../../../src/transports/rudp/engine/ack-policy.ts';
import { AckTracker } from '../../../../src/transports/rudp/receive/ack-tracker.ts';
import type { Recovery } from '../../../../src/transports/rudp/send/recovery.ts';
import { RoundTrip } from '../../../../src/transports/rudp/send/rtt.ts';

const PACKET = 1450;

/** Told of a window in packets, a round trip in ms and a longest gap. */
function told(window: number, rttMs: number, gap: number): { packets: number; maxDelayUs: number } {
  const policy = new AckPolicy(25_000);
  const recovery = { rtt: new RoundTrip(rttMs * 1e6), reordering: { packets: 3 } } as unknown as Recovery;
  policy.update({ window: window * PACKET } as CongestionControl, recovery, PACKET, gap);
  return { packets: policy.packets, maxDelayUs: policy.maxDelayUs };
}

describe('how often the peer is to acknowledge', () => {
  test('is eight times a window and a round trip', () => {
    expect(told(160, 16, 0)).toEqual({ packets: 20, maxDelayUs: 2000 });
    expect(told(160, 16, 4)).toEqual({ packets: 20, maxDelayUs: 2000 });
  });

  test('is twice the longest gap where that is more', () => {
    expect(told(320, 32, 8)).toEqual({ packets: 20, maxDelayUs: 2000 });
    expect(told(640, 320, 32)).toEqual({ packets: 10, maxDelayUs: 5000 });
  });

  test('is 64 times at most, since an outage is no gap', () => {
    const acks = new AckTracker();
    acks.accept(1000, 0);
    expect(told(640, 320, acks.longestGap)).toEqual(told(640, 320, 32));
  });

  test('stays within bounds: 2 to 64 packets, 1 to 5 ms', () => {
    expect(told(4, 1, 0)).toEqual({ packets: 2, maxDelayUs: 1000 });
    expect(told(10_000, 400, 0)).toEqual({ packets: 64, maxDelayUs: 5000 });
  });
});
