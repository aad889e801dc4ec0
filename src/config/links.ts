import { dirname } from 'node:path';
import { z } from 'zod';
import type { ProfileFiles } from '../link/files.ts';
import { parseProfile } from '../link/parse.ts';
import { PRESETS, presetNamed } from '../link/presets.ts';
import type { Profile } from '../link/profile.ts';
import { ProfileError } from '../link/profile-error.ts';
import { warningsOf } from '../link/warnings.ts';
import { UserError } from '../record/errors.ts';
import { suggestion } from '../record/nearest.ts';
import { filesIn, readLinkFile, shippedFiles } from './link-files.ts';

export interface ResolvedLink {
  readonly label: string;
  /** Absent: loopback, no lab at all. */
  readonly profile?: Profile;
  /** What may not do what its author thinks; a sentence each. */
  readonly warnings: readonly string[];
}

const LONGEST_IN_MESSAGE = 60;

const namedLink = z.strictObject({ name: z.string().min(1), profile: z.string().min(1) });

/** @throws UserError for what is no link, and for two links of one label */
export function resolveLinks(entries: readonly unknown[]): ResolvedLink[] {
  const links = entries.map((entry) => (typeof entry === 'string' ? resolveLink(entry) : fromObject(entry)));
  const labels = new Set<string>();
  for (const { label } of links) {
    if (labels.has(label)) throw new UserError(`link '${label}' is given twice; use --trials to repeat a case`);
    labels.add(label);
  }
  return links;
}

/**
 * A value of `--link`: `loopback`, `direct`, a profile (text with a space in it, or JSON), a preset, or else a file that holds
 * a profile. Files that a profile names are looked for beside the link file, or in the working directory.
 * @throws UserError
 */
export function resolveLink(text: string, label = text.trim()): ResolvedLink {
  const link = text.trim();
  if (link === 'loopback') return { label, warnings: [] };
  const profile = profileOf(link, label);
  return { label, profile, warnings: warningsOf(profile) };
}

function fromObject(entry: unknown): ResolvedLink {
  const checked = namedLink.safeParse(entry);
  if (checked.success) return resolveLink(checked.data.profile, checked.data.name);
  throw new UserError(
    `link ${JSON.stringify(entry)} is not understood; write a profile, or { name: 'dsl', profile: 'delay 20ms' }`,
  );
}

function profileOf(link: string, label: string): Profile {
  if (link === 'direct' || /\s|^[[{]/.test(link)) return parse(link, label, filesIn(process.cwd()));
  const preset = presetNamed(link);
  if (preset) return parse(preset.profile, label, shippedFiles);
  const text = readLinkFile(link);
  if (text !== undefined) return parse(text, label, filesIn(dirname(link)));
  const names = ['loopback', 'direct', ...PRESETS.map(({ name }) => name)];
  throw new UserError(
    `there is no link '${link}'${suggestion(link, names) || ';'} known are loopback, direct, presets ` +
      "(see 'netduel list --links'), files, and profiles such as 'delay 20ms loss 1% rate 20mbit'",
  );
}

function parse(text: string, label: string, files: ProfileFiles): Profile {
  try {
    return parseProfile(text, files);
  } catch (error) {
    if (error instanceof ProfileError)
      throw new UserError(`link '${shortened(label)}': ${withoutPrefix(error.message)}`);
    throw error;
  }
}

const withoutPrefix = (message: string): string => message.replace(/^link profile: /, '');

/** The message shows the words themselves; a pasted script would drown it. */
function shortened(label: string): string {
  const line = label.replace(/\s+/g, ' ');
  return line.length <= LONGEST_IN_MESSAGE ? line : `${line.slice(0, LONGEST_IN_MESSAGE - 1)}…`;
}
