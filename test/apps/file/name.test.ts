import { basename, join, resolve, sep, win32 } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PART, safeName } from '../../../src/apps/file/transfer/name.ts';

test.each([
  ['photo.jpg', 'photo.jpg'],
  ['Übersicht 2.pdf', 'Übersicht 2.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['/abs/olute', 'olute'],
  ['C:\\Windows\\system32\\x.dll', 'x.dll'],
  ['..', 'received'],
  ['.', 'received'],
  ['', 'received'],
  ['dir/', 'received'],
  ['.bashrc', '_bashrc'],
  ['a\0b\nc\x1b[2J', 'a_b_c__2J'.replace('__', '_[')],
  ['a:stream', 'a_stream'],
  ['con.txt', '_con.txt'],
  ['NUL', '_NUL'],
  ['ends. . ', 'ends'],
  ['\u202egpj.exe', '_gpj.exe'],
  [`${'x'.repeat(300)}.tar`, `${'x'.repeat(246)}.tar`],
])('%j becomes %j', (given, expected) => {
  expect(safeName(given)).toBe(expected);
});

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom('.', '/', '\\', '\0', '\n', ' ', ':', '-', '\ud800', '\u202e', '€', '😀', 'con', 'x'),
    fc.string({ maxLength: 1 }),
  ),
  maxLength: 600,
});

test('whatever is given, the name stays in its folder, can be written, and is safe already', () => {
  fc.assert(
    fc.property(nasty, (given) => {
      const name = safeName(given);
      expect(name).not.toMatch(/^\.|[/\\\p{Cc}<>:"|?*]|[. ]$/u);
      expect(basename(name)).toBe(name);
      expect(win32.basename(name)).toBe(name);
      expect(resolve(join('/inbox', name))).toBe(`/inbox${sep}${name}`);
      expect(Buffer.byteLength(name + PART)).toBeLessThanOrEqual(255);
      expect(Buffer.byteLength(name)).toBeGreaterThan(0);
      expect(safeName(name)).toBe(name);
    }),
    { numRuns: 2000 },
  );
});

test('a name of megabytes takes no time to speak of', () => {
  expect(Buffer.byteLength(safeName('é'.repeat(4 << 20)))).toBe(250);
});
