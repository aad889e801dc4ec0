import { expect, it } from 'vitest';
import { congestionControls } from '../../../../src/transports/rudp/congestion/index.ts';
import { Recovery } from '../../../../src/transports/rudp/send/recovery.ts';
import { RoundTrip } from '../../../../src/transports/rudp/send/rtt.ts';
import { ELICITING, MTU_PROBE } from '../../../../src/transports/rudp/send/sent-packets.ts';

it('an MTU probe that was taken for lost and arrives after all changes no account of losses, as its loss did not', () => {
  const control = congestionControls.none({
    packetBytes: 1200,
    initialPackets: 10,
    initialRttNs: 10e6,
    random: () => 0,
  });
  const fates = { onPacketAcked: () => {}, onPacketLost: () => {} };
  const recovery = new Recovery(control, new RoundTrip(10e6), 25e6, fates);
  recovery.onSent(0, 1400, ELICITING | MTU_PROBE, 0, 0, 0);
  for (let i = 1; i <= 4; i++) recovery.onSent(i, 1200, ELICITING, 0, 0, 0);
  const acknowledge = (first: number, now: number): void => {
    recovery.startAck(4, 0);
    recovery.ackRange(first, 4, now);
    recovery.finishAck(now);
  };
  acknowledge(1, 10e6);
  expect([recovery.inflight, recovery.lostBytes, recovery.lostPackets]).toEqual([0, 0, 0]);
  acknowledge(0, 12e6);
  expect([recovery.lostBytes, recovery.spuriousPackets, recovery.reordering.packets]).toEqual([0, 0, 3]);
  expect(recovery.rate.delivered).toBe(6200);
});
