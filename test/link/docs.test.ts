import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatProfile } from '../../src/link/format.ts';
import { parseProfile } from '../../src/link/parse.ts';

const text = readFileSync(new URL('../../docs/link-profiles.md', import.meta.url), 'utf8');
const fenced = [...text.matchAll(/```link\n(.*?)```/gs)].flatMap((block) => block[1].trim().split('\n'));
const examples = text.slice(text.indexOf('## Examples')).matchAll(/^\| `(.*?)` \|/gm);
const profiles = [...fenced, ...[...examples].map((row) => row[1].replaceAll('\\|', '|'))];

describe('docs/link-profiles.md', () => {
  it('has examples', () => {
    expect(profiles.length).toBeGreaterThan(10);
  });

  it.each(profiles)('shows a profile: %s', (profile) => {
    const files = { read: () => '1\n' };
    const canonical = formatProfile(parseProfile(profile, files));
    expect(formatProfile(parseProfile(canonical, files))).toBe(canonical);
  });
});
