import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { FileSource, refusalOf } from '../../../src/apps/file/source.ts';

const folder = mkdtempSync(join(tmpdir(), 'netduel-source-'));
const path = join(folder, 'file');
beforeEach(() => writeFileSync(path, 'abcdefgh'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file can be sent; what is none says why not', () => {
  mkdirSync(join(folder, 'dir'));
  expect(refusalOf(path)).toBeUndefined();
  expect(refusalOf(join(folder, 'dir'))).toMatch(/is a directory; name a file/);
  expect(refusalOf(join(folder, 'nope'))).toMatch(/there is no file '.*nope'/);
  expect(refusalOf(join(path, 'below'))).toMatch(/there is no file/);
  expect(refusalOf('/dev/null')).toMatch(/is no regular file/);
});

describe('while it is sent', () => {
  test('it is read into many places at once', () => {
    const source = new FileSource(path);
    const places = Array.from({ length: 3000 }, () => new Uint8Array(1)).slice(0, 6);
    source.read(places, 2);
    expect(Buffer.concat(places).toString()).toBe('cdefgh');
    expect(() => source.check()).not.toThrow();
    source.close();
  });

  test.each<[string, () => void, RegExp]>([
    ['grows', () => appendFileSync(path, 'x'), /grew from 8 to 9 bytes while it was sent/],
    ['shrinks', () => truncateSync(path, 3), /shrank from 8 to 3 bytes while it was sent/],
    ['vanishes', () => unlinkSync(path), /was deleted or replaced while it was sent/],
  ])('one that %s is noticed', (_, change, expected) => {
    const source = new FileSource(path);
    change();
    expect(() => source.check()).toThrow(expected);
    source.close();
  });

  test('what is no longer there cannot be read', () => {
    const source = new FileSource(path);
    truncateSync(path, 3);
    expect(() => source.read([new Uint8Array(8)], 0)).toThrow(/shrank from 8 to 3/);
    source.close();
  });
});
