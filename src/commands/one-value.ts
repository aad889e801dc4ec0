import { UserError } from '../record/errors.ts';

/** The value of an option that yargs would collect; undefined where it is not given. @throws UserError where it is given more than once */
export function oneValue(parsed: Readonly<Record<string, unknown>>, flag: string): string | undefined {
  const given = parsed[flag];
  if (Array.isArray(given)) throw new UserError(`--${flag} is given ${given.length} times; give it once`);
  return given as string | undefined;
}
