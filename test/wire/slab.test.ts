import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HEADER_BYTES, intendedAt, sequenceAt, trialAt } from '../../src/wire/message.ts';
import { MessageSlab } from '../../src/wire/slab.ts';

test('as many messages as fit into the budget, but at least one', () => {
  expect(new MessageSlab(100, 4, 1040).count).toBe(10);
  expect(new MessageSlab(100, 4, 1039).count).toBe(9);
  const large = new MessageSlab(1 << 20, 4, 1000);
  expect(large.count).toBe(1);
  expect(large.bytes.length).toBeGreaterThanOrEqual(large.stride);
});

test('every stamped message has its own number and time behind its headroom; its payload stays', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: HEADER_BYTES, max: 200 }),
      fc.integer({ min: 0, max: 40 }),
      fc.nat(5),
      fc.integer({ min: 1, max: 6 }),
      (size, headroom, from, count) => {
        const slab = new MessageSlab(size, headroom, 12 * (size + headroom));
        const before = slab.bytes.slice();
        const [trial, sequence, intended, step] = [9, 2 ** 33 + 5, 2 ** 50, 1000];
        slab.stamp(from, count, trial, sequence, intended, step);
        const view = new DataView(slab.bytes.buffer);
        for (let i = 0; i < slab.count; i++) {
          const at = i * slab.stride + headroom;
          const stamped = i >= from && i < from + count;
          if (stamped) {
            expect(trialAt(view, at)).toBe(trial);
            expect(sequenceAt(view, at)).toBe(sequence + i - from);
            expect(intendedAt(view, at)).toBe(intended + (i - from) * step);
          }
          const kept = stamped ? at + HEADER_BYTES : at - headroom;
          const end = at + size;
          expect(Buffer.compare(slab.bytes.subarray(kept, end), before.subarray(kept, end))).toBe(0);
        }
      },
    ),
  );
});

test('the payload does not compress: every byte value is about equally frequent, to the last byte', () => {
  const { bytes } = new MessageSlab(1400, 0, 1 << 20);
  for (const part of [bytes.subarray(0, 1 << 19), bytes.subarray(bytes.length - (1 << 19))]) {
    const counts = new Uint32Array(256);
    for (const byte of part) counts[byte]++;
    // Chi-squared with 255 degrees of freedom: mean 255, deviation sqrt(510) = 22.6. Bytes that are 0 or repeat in a
    // pattern give thousands; a random value above 255 + 6.5 * 22.6 = 402 has a probability below 1e-7.
    const expected = part.length / 256;
    const chi2 = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chi2).toBeLessThan(402);
  }
});
