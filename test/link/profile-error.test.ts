import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProfileError } from '../../src/link/profile-error.ts';

const excerpt = (text: string, word: string) =>
  new ProfileError('no', { text, at: text.indexOf(word), length: word.length }).message.split('\n').slice(1);

describe('ProfileError', () => {
  it('is one line where no word is to blame', () => {
    expect(new ProfileError('empty').message).toBe('link profile: empty');
  });

  it('shows the line of the word', () => {
    expect(excerpt('one\ntwo words\nthree', 'words')).toEqual(['  two words', '      ^^^^^']);
    expect(excerpt('tab\tword', 'word')).toEqual(['  tab word', '      ^^^^']);
    expect(excerpt('first\nsecond', 'first\nsecond')).toEqual(['  first', '  ^^^^^']);
  });

  it('shows a window of a long line', () => {
    const long = `${'a'.repeat(200)} word ${'b'.repeat(200)}`;
    const [line, carets] = excerpt(long, 'word');
    expect(line).toBe(`  ...${'a'.repeat(46)} word ${'b'.repeat(42)}...`);
    expect(carets).toBe(`${' '.repeat(52)}^^^^`);
  });

  it('has the word above the carets, within 100 columns', () => {
    const space = fc.nat(300).map((n) => 'x '.repeat(n));
    fc.assert(
      fc.property(space, space, fc.integer({ min: 1, max: 40 }), (before, after, length) => {
        const word = 'W'.repeat(length);
        const [line, carets] = excerpt(`${before}${word} ${after}`, word);
        expect(line.length).toBeLessThanOrEqual(102);
        expect(line.slice(carets.indexOf('^'), carets.length)).toBe(word);
      }),
    );
  });
});
