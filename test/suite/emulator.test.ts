import { expect, test } from 'vitest';
import { effectiveProfile } from '../../src/link/effective.ts';
import { parseProfile } from '../../src/link/parse.ts';
import { type Emulator, findEmulator, refusalOf } from '../../src/suite/emulator.ts';
import type { PlannedCase } from '../../src/suite/plan.ts';

/** As much of a case as an emulator asks for. */
function planned(
  framing: 'datagram' | 'stream',
  profile?: string,
  messageBytes = 1400,
  sockets = framing,
): PlannedCase {
  return {
    traits: { framing, sockets },
    plan: { messageBytes },
    ...(profile === undefined ? {} : { profile: effectiveProfile(parseProfile(profile)) }),
  } as PlannedCase;
}

const launcher = { privilege: 'user', inNewNamespaces: [], besides: () => [] } as never;
const user: Emulator = { name: 'user', launcher };
const kernel: Emulator = { name: 'kernel', launcher };
const shim: Emulator = { name: 'shim' };
const none: Emulator = { name: 'none', reason: 'no namespaces', remedy: 'run as root' };

test('the shim needs nothing of the machine', async () => {
  expect(await findEmulator('shim')).toEqual({ name: 'shim' });
});

test('a case without a link profile is refused by none', () => {
  for (const emulator of [user, kernel, shim, none]) expect(refusalOf(emulator, planned('stream'))).toBeUndefined();
});

test('in a lab everything can be impaired', () => {
  for (const framing of ['stream', 'datagram'] as const) {
    expect(refusalOf(user, planned(framing, 'delay 10ms', 1 << 20))).toBeUndefined();
  }
});

test('the shim impairs datagrams that fit into a packet', () => {
  expect(refusalOf(shim, planned('datagram', 'delay 10ms', 1472))).toBeUndefined();
  expect(refusalOf(shim, planned('datagram', 'direct'))).toBeUndefined();
  expect(refusalOf(shim, planned('datagram', 'delay 10ms', 1473))).toMatchObject({
    reason: expect.stringContaining('1473 bytes'),
    remedy: expect.stringContaining('1472'),
  });
  expect(refusalOf(shim, planned('stream', 'delay 10ms'))).toMatchObject({
    reason: expect.stringContaining('datagrams only'),
    remedy: expect.stringMatching(/--emulator user.*netduel doctor/),
  });
});

test('the shim takes messages of any size from a transport that cuts them into datagrams itself', () => {
  expect(refusalOf(shim, planned('stream', 'delay 10ms', 1 << 20, 'datagram'))).toBeUndefined();
});

test('without a lab, datagrams have a way out more', () => {
  expect(refusalOf(none, planned('stream', 'delay 10ms'))).toEqual({ reason: 'no namespaces', remedy: 'run as root' });
  expect(refusalOf(none, planned('datagram', 'delay 10ms'))).toEqual({
    reason: 'no namespaces',
    remedy: 'run as root; or, without a lab, --emulator shim',
  });
});

test('words that the kernel has not are named, each once', () => {
  expect(refusalOf(kernel, planned('stream', 'delay 10ms loss 1%'))).toBeUndefined();
  const refusal = refusalOf(kernel, planned('stream', 'delay 10ms 2ms keep-order'));
  expect(refusal?.reason.match(/keep-order/g)).toHaveLength(1);
  expect(refusal?.remedy).toContain('--emulator user');
});
