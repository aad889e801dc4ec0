/** The text is no link profile; the message is one line that names the word and what is accepted. */
export class ProfileError extends Error {
  override name = 'ProfileError';

  constructor(problem: string) {
    super(`link profile: ${problem}`);
  }
}
