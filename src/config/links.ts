import { z } from 'zod';
import { ProfileError, parseProfile } from '../link/profile.ts';
import { UnitError } from '../link/units.ts';
import { UserError } from '../record/errors.ts';
import type { SuiteRequest } from '../suite/request.ts';
import { suggestion } from './nearest.ts';

type Link = SuiteRequest['links'][number];

const NAMES = ['loopback', 'direct'];

const namedLink = z.strictObject({ name: z.string().min(1), profile: z.string().min(1) });

/**
 * Text containing a space is a profile, else a name.
 * @throws UserError for what is neither, and for two links of one label
 */
export function resolveLinks(entries: readonly unknown[]): Link[] {
  const links = entries.map((entry) => (typeof entry === 'string' ? fromText(entry) : fromObject(entry)));
  const labels = new Set<string>();
  for (const { label } of links) {
    if (labels.has(label)) throw new UserError(`link '${label}' is given twice; use --trials to repeat a case`);
    labels.add(label);
  }
  return links;
}

function fromText(text: string): Link {
  const label = text.trim();
  if (label === 'loopback') return { label };
  if (label === 'direct' || /\s/.test(label)) return { label, profile: profileOf(label) };
  throw new UserError(
    `there is no link '${label}'${suggestion(label, NAMES) || ';'} known are ${NAMES.join(', ')}, and profiles such as ` +
      "'delay 20ms loss 1% rate 20mbit'",
  );
}

function fromObject(entry: unknown): Link {
  const checked = namedLink.safeParse(entry);
  if (!checked.success) {
    throw new UserError(
      `link ${JSON.stringify(entry)} is not understood; write a profile, or { name: 'dsl', profile: 'delay 20ms' }`,
    );
  }
  const { name, profile } = checked.data;
  return profile === 'loopback' ? { label: name } : { label: name, profile: profileOf(profile) };
}

function profileOf(text: string): NonNullable<Link['profile']> {
  try {
    return parseProfile(text);
  } catch (error) {
    if (error instanceof ProfileError || error instanceof UnitError)
      throw new UserError(`link '${text}': ${error.message}`);
    throw error;
  }
}
