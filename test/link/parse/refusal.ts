import { expect } from 'vitest';
import { ProfileError, parseProfile } from '../../../src/link/parse.ts';

/** The message with which a text is refused. */
export function refusal(text: string): string {
  try {
    parseProfile(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ProfileError);
    expect(String(error)).toMatch(/^ProfileError: link profile: [^\n]*(\n {2}[^\n]*\n {2} *\^+)?$/);
    return (error as ProfileError).message.replace('link profile: ', '');
  }
  throw new Error(`'${text}' was not refused`);
}

/** The word or words that the message points at. */
export function pointedAt(message: string): string {
  const [, line = '', carets = ''] = message.split('\n');
  return line.slice(carets.indexOf('^'), carets.length);
}
