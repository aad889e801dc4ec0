import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Control, decodeControl, encodeControl } from '../../../src/apps/file/transfer/control.ts';

const id = fc.integer({ min: 1, max: 0xffff_ffff });
const count = fc.maxSafeNat();
const sha256 = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
const reason = fc.string({ maxLength: 200 });
const controls: fc.Arbitrary<Control> = fc.oneof(
  fc.record({
    type: fc.constant('offer' as const),
    ...{ id, name: fc.string(), bytes: count, sha256 },
    messageBytes: fc.integer({ min: 21, max: 16 << 20 }),
  }),
  fc.record({ type: fc.constant('accept' as const), id, have: count, sha256 }),
  fc.record({ type: fc.constant('accept' as const), id, have: count }),
  fc.record({ type: fc.constant('resume' as const), id, from: count }),
  fc.record({ type: fc.constant('go' as const), id }),
  fc.record({ type: fc.constant('refuse' as const), id, reason }),
  fc.record({ type: fc.constant('end' as const), id }),
  fc.record({ type: fc.constant('done' as const), id, intact: fc.boolean(), bytes: count, sha256, holes: count }),
  fc.record({ type: fc.constant('stop' as const), id, reason }),
);

test('what is said is heard', () => {
  fc.assert(
    fc.property(controls, (control) => {
      expect(decodeControl(encodeControl(control))).toEqual(control);
    }),
  );
});

test('a stranger is not understood, and does no harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(decodeControl(bytes)).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
  const wrong = [
    '{"type":"offer","id":1}',
    '{"type":"accept","id":1,"have":-1}',
    'null',
    '[]',
    '"go"',
    '{',
    '{"type":"go","id":0}',
  ];
  for (const text of wrong) expect(decodeControl(Buffer.from(`\0\0\0\0${text}`))).toBeUndefined();
});

test('any reason fits into a datagram', () => {
  const said = encodeControl({ type: 'stop', id: 1, reason: '\u0001'.repeat(5000) });
  expect(decodeControl(said)).toMatchObject({ type: 'stop' });
  expect(said.length).toBeLessThan(1400);
});
