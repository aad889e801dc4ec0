import { UserError } from '../record/errors.ts';
import { suggestion } from '../record/nearest.ts';

/**
 * Refuses what stands before `--` and is neither an option of the lab nor the value of one. `typed`: all that stands there; `parsed`: what
 * yargs made of it; `known`: the names of the lab's options.
 * @throws UserError
 */
export function refuseStray(
  parsed: Readonly<Record<string, unknown>>,
  typed: readonly string[],
  known: readonly string[],
): void {
  const words = (parsed['command'] ?? []) as readonly string[];
  const found = words.length > 0 ? typed.indexOf(words[0]) : -1;
  const command = found < 0 ? typed.length : found;
  const ours = new Set([...known, 'help', 'version']);
  // What follows the command's first word is the command's own.
  const unknown = typed
    .slice(0, command)
    .map(optionName)
    .find((name) => name !== undefined && name in parsed && !ours.has(name));
  if (unknown !== undefined) {
    const dashes = unknown.length === 1 ? '-' : '--';
    throw new UserError(
      `lab has no option ${dashes}${unknown}${suggestion(unknown, known) || `; it has --${known.join(', --')}`}`,
    );
  }
  const line = (found < 0 ? words : typed.slice(found)).join(' ');
  if (words.length > 0) throw new UserError(`write '--' before the command: -- ${line}`);
}

/** `--seed=1` is `seed`, `-c1` is `c`. */
const optionName = (word: string): string | undefined => {
  const [, long, short] = /^(?:--([^=]+)|-([^-]))/.exec(word) ?? [];
  return long ?? short;
};
