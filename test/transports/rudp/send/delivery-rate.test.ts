import { describe, expect, it } from 'vitest';
import { DeliveryRate } from '../../../../src/transports/rudp/send/delivery-rate.ts';
import { SentPackets } from '../../../../src/transports/rudp/send/sent-packets.ts';

const PACKET = 1000;
const RTT = 50e6;

/** A sender whose packets are all of one size. */
function sender() {
  const packets = new SentPackets();
  const rate = new DeliveryRate();
  let inflight = 0;
  return {
    rate,
    send(now: number): number {
      const row = packets.add();
      packets.size[row] = PACKET;
      packets.sentAt[row] = now;
      rate.onSent(packets, row, now, inflight, 0);
      inflight += PACKET;
      return row;
    },
    acknowledge(now: number, ...rows: number[]): void {
      rate.start();
      for (const row of rows) rate.onAcked(packets, row, row, now);
      inflight -= PACKET * rows.length;
      rate.finish(RTT);
    },
    /** Nothing more to send. */
    pause: () => rate.markAppLimited(inflight),
  };
}

describe('the delivery rate', () => {
  it('is what was delivered between the sending of a packet and its acknowledgement, over that time', () => {
    const { rate, send, acknowledge } = sender();
    const rows = [0, 1e6, 2e6, 3e6].map(send);
    acknowledge(RTT, rows[0]);
    expect(rate.rate).toBeCloseTo((PACKET * 1e9) / RTT);
    acknowledge(RTT + 3e6, ...rows.slice(1));
    expect(rate.rate).toBeCloseTo((4 * PACKET * 1e9) / (RTT + 3e6));
    expect(rate.appLimited).toBe(false);
  });

  it('is limited by the application while what it gave before a pause is in flight', () => {
    const { rate, send, acknowledge, pause } = sender();
    const first = send(0);
    pause();
    const second = send(10e6);
    acknowledge(RTT, first);
    expect(rate.appLimited).toBe(false);
    acknowledge(RTT + 10e6, second);
    expect(rate.appLimited).toBe(true);
  });

  it('is limited by the application when nothing was in flight at the pause', () => {
    const { rate, send, acknowledge, pause } = sender();
    acknowledge(RTT, send(0));
    pause();
    acknowledge(3 * RTT, send(2 * RTT));
    expect(rate.appLimited).toBe(true);
    // More than was in flight at the pause has been delivered: the path sets the pace again.
    acknowledge(5 * RTT, send(4 * RTT));
    expect(rate.appLimited).toBe(false);
  });

  it('says nothing of less than a round trip', () => {
    const { rate, send, acknowledge } = sender();
    acknowledge(RTT / 2, send(0));
    expect(rate.rate).toBe(0);
    expect(rate.roundStart).toBe(true);
  });
});
