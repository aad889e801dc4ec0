import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelOf, parseSpecs } from '../../src/config/spec.ts';
import { UserError } from '../../src/record/errors.ts';

test('reads names, options and several specs', () => {
  expect(parseSpecs('tcp cc=cubic,tcp  cc=bbr , rudp')).toEqual([
    { label: 'tcp cc=cubic', name: 'tcp', options: { cc: 'cubic' } },
    { label: 'tcp cc=bbr', name: 'tcp', options: { cc: 'bbr' } },
    { label: 'rudp', name: 'rudp', options: {} },
  ]);
});

test('what prints as the same number is one, everything else stays text', () => {
  const [{ options }] = parseSpecs('stream size=64 rate=20mbit a=0.5 b=007 c=1e3 d=-1 e=NaN f=1.0 g=x=y h=Infinity');
  expect(options).toEqual({
    size: 64,
    rate: '20mbit',
    a: 0.5,
    b: '007',
    c: '1e3',
    d: -1,
    e: 'NaN',
    f: '1.0',
    g: 'x=y',
    h: 'Infinity',
  });
});

test.each([
  ['', /nothing stands/],
  ['tcp,,udp', /nothing stands/],
  ['tcp,', /nothing stands/],
  ['cc=bbr', /begins with an option.*'tcp cc=bbr'/],
  ['tcp cc', /'cc' is not an option; write key=value/],
  ['tcp udp', /'udp' is not an option.*commas between names/],
  ['tcp cc=', /'cc=' is not an option/],
  ['tcp =bbr', /'=bbr' is not an option/],
  ['tcp cc=bbr cc=cubic', /'cc' is given twice/],
])('refuses %j', (text, message) => {
  const parse = () => parseSpecs(text);
  expect(parse).toThrow(UserError);
  expect(parse).toThrow(message);
});

const word = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/);
const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.stringMatching(/^[^\s,]{1,10}$/));
const spec = fc.record({ name: word, options: fc.dictionary(word, value, { noNullPrototype: true }) });

test('every spec survives being written and read', () => {
  fc.assert(
    fc.property(fc.array(spec, { minLength: 1, maxLength: 4 }), (specs) => {
      const labels = specs.map(({ name, options }) => labelOf(name, options));
      const parsed = parseSpecs(labels.join(','));
      expect(parsed.map(({ label }) => label)).toEqual(labels);
      for (const [i, { name, options }] of parsed.entries()) {
        expect(name).toBe(specs[i].name);
        const text = (values: object) => Object.entries(values).map(([key, of]) => [key, String(of)]);
        expect(text(options)).toEqual(text(specs[i].options));
      }
    }),
  );
});

test('whatever the text is, it is read or refused with a message for the user', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-c=, ]{0,12}$/)), (text) => {
      try {
        for (const { name, options } of parseSpecs(text)) {
          expect(name).not.toMatch(/[\s,=]/);
          for (const entry of Object.values(options)) expect(['string', 'number']).toContain(typeof entry);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
  );
});
