import { UserError } from '../record/errors.ts';
import { RUN_OPTIONS, type RunKey, type RunOptions } from './options.ts';

/**
 * A value of one option, checked. `where`: how the error calls the option.
 * @throws UserError that names the option, its value, and what was expected
 */
export function accept<K extends RunKey>(key: K, value: unknown, where = `--${RUN_OPTIONS[key].flag}`): RunOptions[K] {
  const result = RUN_OPTIONS[key].schema.safeParse(value);
  if (result.success) return result.data as RunOptions[K];
  throw new UserError(`${where}: ${refusal(value, result.error.issues[0]?.message)}`);
}

function refusal(value: unknown, expected = 'not accepted'): string {
  if (Array.isArray(value) && value.length > 0) return `given more than once (${value.join(', ')}); ${expected}`;
  return `'${typeof value === 'string' ? value : JSON.stringify(value)}' is not accepted; ${expected}`;
}
