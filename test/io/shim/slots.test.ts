import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outlet } from '../../../src/io/shim/outlet.ts';
import { DatagramSlots, SLOT_BYTES } from '../../../src/io/shim/slots.ts';

function outlet(flow: number): Outlet & { held: number } {
  return {
    inner: undefined as never,
    closed: false,
    headerBytes: 42,
    flow,
    held: 0,
    entered() {
      this.held++;
    },
    gone(count) {
      this.held -= count;
    },
    wake() {},
  };
}

const peer = (port: number) => ({ host: '127.0.0.1', port });

test('every slot is given out once, and a copy where none is left is refused', () => {
  const slots = new DatagramSlots(3, 0);
  const owner = outlet(1);
  const first = slots.fill(owner, Uint8Array.of(1, 2, 3), 1, 2, peer(9));
  const second = slots.copy(first);
  const third = slots.copy(first);
  expect(new Set([first, second, third])).toEqual(new Set([0, 1, 2]));
  expect(slots.copy(first)).toBe(-1);
  expect(owner.held).toBe(3);
  for (const slot of [first, second, third]) {
    expect([...slots.bytes.subarray(slot * SLOT_BYTES, slot * SLOT_BYTES + slots.sizeOf(slot))]).toEqual([2, 3]);
    expect(slots.peerOf(slot)).toEqual(peer(9));
  }
  slots.drop(second);
  expect(owner.held).toBe(2);
  expect(slots.copy(first)).toBe(second);
});

test('the inverted bit lies in the payload, wherever it is drawn', () => {
  const slots = new DatagramSlots(2, 0);
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: SLOT_BYTES }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (payload, at) => {
        const slot = slots.fill(outlet(1), payload, 0, payload.length, undefined);
        expect(slots.corrupt(slot, 'payload', at)).toBe(true);
        const got = slots.bytes.subarray(slot * SLOT_BYTES, slot * SLOT_BYTES + payload.length);
        const changed = [...got].map((byte, i) => byte ^ payload[i]).filter((difference) => difference !== 0);
        expect(changed).toHaveLength(1);
        expect(Math.log2(changed[0]) % 1).toBe(0);
        slots.drop(slot);
      },
    ),
  );
});

test('an empty payload has no bit to invert, and a slot that is used again is sound', () => {
  const slots = new DatagramSlots(1, 0);
  const slot = slots.fill(outlet(1), new Uint8Array(0), 0, 0, undefined);
  expect(slots.corrupt(slot, 'payload', 0.5)).toBe(false);
  expect(slots.corrupt(slot, 'frame', 0.5)).toBe(true);
  expect(slots.isSpoilt(slot)).toBe(true);
  slots.drop(slot);
  expect(slots.isSpoilt(slots.fill(outlet(1), new Uint8Array(0), 0, 0, undefined))).toBe(false);
});

test('a flow is a socket and a peer', () => {
  const slots = new DatagramSlots(8, 0);
  const [one, two] = [outlet(1), outlet(2)];
  const near = peer(9);
  const hash = (owner: Outlet, to: ReturnType<typeof peer> | undefined): number =>
    slots.flowHash(slots.fill(owner, new Uint8Array(1), 0, 1, to));
  expect(hash(one, near)).toBe(hash(one, near));
  const others = [hash(one, near), hash(two, near), hash(one, peer(10)), hash(one, undefined), hash(two, undefined)];
  expect(new Set(others).size).toBe(5);
  for (const value of others) expect(value >>> 0).toBe(value);
});
