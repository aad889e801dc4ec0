import { expect, test } from 'vitest';
import { SimNetwork } from '../../../src/io/sim/network.ts';
import { udp } from '../../../src/transports/udp.ts';
import { expectBalanced, expectBinomial } from '../../e2e/bounds.ts';
import { stream } from './stream.ts';

test('a stream over udp loses what the link says that it has lost, to the message', () => {
  const path = new SimNetwork().path({ profile: 'delay 20ms loss 5% rate 100mbit', seed: 3 });
  const { sender, receiver } = stream(path, udp, { params: { rate: '20mbit' }, seconds: 4 });
  const account = path.up.account();
  const sent = sender.end - sender.first;
  // 20 Mbit/s for 4 s, 11,200 bits each.
  expect(sent).toBe(Math.ceil(80e6 / 11_200));
  expect(account).toMatchObject({ packetsIn: sent, queueDropped: 0, held: 0, heldBefore: 0 });
  expectBalanced(account);
  expect(receiver.account).toMatchObject({ sent, lost: account.lost, delivered: account.packetsOut, duplicates: 0 });
  expectBinomial(account.lost, sent, 0.05);
  // Whole frames at the rate of the link, behind its delay: to the precision of the histogram, 2^-10.
  expect((receiver.delay?.min ?? 0) / (20e-3 + (1442 * 8) / 100e6)).toBeCloseTo(1, 2);
  expect(receiver.negativeDelays).toBe(0);
});

test('copies and drops of a queue that is too short are in both accounts', () => {
  const path = new SimNetwork().path({
    profile: 'delay 5ms 3ms loss 1% duplicate 2% rate 10mbit queue 20 packets',
    seed: 5,
  });
  const { sender, receiver } = stream(path, udp, { params: { rate: '11mbit', size: 700 }, seconds: 5 });
  const account = path.up.account();
  const sent = sender.end - sender.first;
  expect(account.packetsIn).toBe(sent);
  expectBalanced(account);
  expect(account.queueDropped).toBeGreaterThan(0);
  expect(account.duplicated).toBeGreaterThan(0);
  expect(receiver.account.delivered + receiver.account.duplicates).toBe(account.packetsOut);
  expect(receiver.account.lost).toBe(sent - receiver.account.delivered);
});

test('as fast as it goes, a stream is held to the link by its send buffer and queue alone', () => {
  const path = new SimNetwork().path({
    profile: 'delay 5ms rate 100mbit queue 50 packets',
    seed: 1,
    sendBufferBytes: 200_000,
    interfaceBps: 200e6,
  });
  const { receiver } = stream(path, udp, { params: { rate: 'max' }, seconds: 1 });
  // 1,400 of the 1,442 bytes of a frame; the window's edges cut off one frame each.
  const expected = (100e6 / 8 / 1442) * 1400;
  expect(Math.abs(receiver.measuredBytes - expected)).toBeLessThan(60 * 1400);
});
