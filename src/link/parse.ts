import type { ProfileFiles } from './files.ts';
import { areCommands, parseCommands } from './parse/commands.ts';
import { parseStages } from './parse/stages.ts';
import { parseTcJson } from './parse/tc-json.ts';
import { type Source, withoutComments, wordsOf } from './parse/words.ts';
import type { DirectionProfile, Profile } from './profile.ts';
import { ProfileError } from './profile-error.ts';

export { ProfileError };

const UNIMPAIRED: DirectionProfile = { stages: [] };

/**
 * Reads a link profile (docs/link-profiles.md): the words of tc-netem(8) and tc-tbf(8) with netduel's own, several qdiscs chained by
 * `|`, whole `tc qdisc` commands, or the output of `tc -j qdisc show`; for both directions, or behind `up:` and `down:`; or `direct`
 * for no impairment. Files that it names are read through `files`. Throws a {@link ProfileError}.
 */
export function parseProfile(text: string, files?: ProfileFiles): Profile {
  const source = { text, files };
  const code = withoutComments(text);
  const marks = [...code.matchAll(/(?<!\S)(up|down):/g)];
  const first = marks[0];
  if (!first) {
    if (code.trim() === '') throw new ProfileError("empty; write 'direct' for no impairment");
    const both = parseDirection(source, code, 0, code.length);
    return { up: both, down: both };
  }
  const stray = code.slice(0, first.index).trim();
  if (stray !== '') {
    const place = { text, at: code.search(/\S/), length: stray.length };
    throw new ProfileError(`'${stray}' stands before '${first[0]}'; move it behind, once for each direction`, place);
  }
  const parts: { up?: DirectionProfile; down?: DirectionProfile } = {};
  for (const [i, mark] of marks.entries()) {
    const direction = mark[1] === 'up' ? 'up' : 'down';
    const place = { text, at: mark.index, length: mark[0].length };
    if (parts[direction]) throw new ProfileError(`'${mark[0]}' is given twice`, place);
    const start = mark.index + mark[0].length;
    const end = marks[i + 1]?.index ?? code.length;
    if (code.slice(start, end).trim() === '') {
      throw new ProfileError(`nothing behind '${mark[0]}'; write '${mark[0]} direct' for no impairment`, place);
    }
    parts[direction] = parseDirection(source, code, start, end);
  }
  return { up: parts.up ?? UNIMPAIRED, down: parts.down ?? UNIMPAIRED };
}

function parseDirection(source: Source, code: string, start: number, end: number): DirectionProfile {
  if (/^\s*[[{]/.test(code.slice(start, end))) return { stages: parseTcJson(source, code, start, end) };
  const words = wordsOf(code, start, end);
  return { stages: areCommands(words) ? parseCommands(source, code, start, end) : parseStages(source, words) };
}
