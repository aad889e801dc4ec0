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

function payload(slots: DatagramSlots, slot: number): Uint8Array {
  const start = slots.startOf(slot);
  return slots.pageOf(slot).subarray(start, start + slots.sizeOf(slot));
}

const peer = (port: number) => ({ host: '127.0.0.1', port });

test('every slot is given out once, and a copy where none is left is refused', () => {
  const slots = new DatagramSlots(3);
  const owner = outlet(1);
  const first = slots.fill(owner, Uint8Array.of(1, 2, 3), 1, 2, peer(9));
  const second = slots.copy(first);
  const third = slots.copy(first);
  expect(new Set([first, second, third])).toEqual(new Set([0, 1, 2]));
  expect(slots.copy(first)).toBe(-1);
  expect(owner.held).toBe(3);
  for (const slot of [first, second, third]) {
    expect([...payload(slots, slot)]).toEqual([2, 3]);
    expect(slots.peerOf(slot)).toEqual(peer(9));
  }
  slots.drop(second);
  expect(owner.held).toBe(2);
  expect(slots.copy(first)).toBe(second);
});

test('slots beyond the first page keep their payloads apart, also when they are freed and used again', () => {
  const slots = new DatagramSlots(300);
  const owner = outlet(1);
  const values = new Map<number, number>();
  const fill = (value: number): void => {
    const slot = slots.fill(owner, new Uint8Array(SLOT_BYTES).fill(value), 0, SLOT_BYTES, undefined);
    expect(values.has(slot)).toBe(false);
    values.set(slot, value);
  };
  for (let i = 0; i < 300; i++) fill(i & 255);
  expect(slots.copy(0)).toBe(-1);
  for (let slot = 0; slot < 300; slot += 7) {
    slots.free(slot);
    values.delete(slot);
  }
  for (let slot = 0; slot < 300; slot += 7) fill((slot * 31) & 255);
  expect(values.size).toBe(300);
  for (const [slot, value] of values) expect(payload(slots, slot).every((byte) => byte === value)).toBe(true);
});

test('the inverted bit lies in the payload, wherever it is drawn', () => {
  const slots = new DatagramSlots(2);
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: SLOT_BYTES }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (sent, at) => {
        const slot = slots.fill(outlet(1), sent, 0, sent.length, undefined);
        expect(slots.corrupt(slot, 'payload', at)).toBe(true);
        const changed = [...payload(slots, slot)]
          .map((byte, i) => byte ^ sent[i])
          .filter((difference) => difference !== 0);
        expect(changed).toHaveLength(1);
        expect(Math.log2(changed[0]) % 1).toBe(0);
        slots.drop(slot);
      },
    ),
  );
});

test('an empty payload has no bit to invert, and a slot that is used again is sound', () => {
  const slots = new DatagramSlots(1);
  const slot = slots.fill(outlet(1), new Uint8Array(0), 0, 0, undefined);
  expect(slots.corrupt(slot, 'payload', 0.5)).toBe(false);
  expect(slots.corrupt(slot, 'frame', 0.5)).toBe(true);
  expect(slots.isSpoilt(slot)).toBe(true);
  slots.drop(slot);
  expect(slots.isSpoilt(slots.fill(outlet(1), new Uint8Array(0), 0, 0, undefined))).toBe(false);
});

test('a flow is a socket and a peer', () => {
  const slots = new DatagramSlots(8);
  const [one, two] = [outlet(1), outlet(2)];
  const near = peer(9);
  const hash = (owner: Outlet, to: ReturnType<typeof peer> | undefined): number =>
    slots.flowHash(slots.fill(owner, new Uint8Array(1), 0, 1, to));
  expect(hash(one, near)).toBe(hash(one, near));
  const others = [hash(one, near), hash(two, near), hash(one, peer(10)), hash(one, undefined), hash(two, undefined)];
  expect(new Set(others).size).toBe(5);
  for (const value of others) expect(value >>> 0).toBe(value);
});
