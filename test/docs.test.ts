import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../src/commands/catalogue.ts';
import { RUN_OPTIONS } from '../src/config/options.ts';
import { METRICS } from '../src/record/columns.ts';
import { SCENARIO_METRICS } from '../src/record/scenario-columns.ts';
import { trialSchema } from '../src/record/schema.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Of these names, those that the page does not show as code. */
const missing = (path: string, names: readonly string[]): string[] => {
  const page = read(path);
  return names.filter((name) => !page.includes(`\`${name}\``));
};

test('docs/measuring.md defines every metric', () => {
  expect(METRICS.length).toBeGreaterThan(30);
  expect(
    missing(
      'docs/measuring.md',
      [...METRICS, ...SCENARIO_METRICS].map(({ name }) => name),
    ),
  ).toEqual([]);
});

test('docs/measuring.md explains every flag', () => {
  const flags = trialSchema.options[0].shape.flags.element.shape.name.options;
  expect(flags).toContain('cpu-bound');
  expect(missing('docs/measuring.md', flags)).toEqual([]);
});

test('docs/configuration.md shows every run option, every transport and scenario, and all of their options', () => {
  const page = read('docs/configuration.md');
  const flags = Object.values(RUN_OPTIONS).map(({ flag }) => `--${flag}`);
  expect(flags.filter((flag) => !page.includes(`\`${flag}`))).toEqual([]);
  const { transports, scenarios } = catalogue();
  const entries = [...transports, ...scenarios];
  expect(entries.map(({ name }) => name)).toEqual(expect.arrayContaining(['tcp', 'udp', 'stream']));
  const names = entries.flatMap(({ name, options }) => [name, ...options.map((option) => option.name)]);
  expect(missing('docs/configuration.md', names)).toEqual([]);
});

test('docs/results-format.md names every key of a trial', () => {
  const keys = trialSchema.options.flatMap((option) => Object.keys(option.shape));
  expect(keys).toContain('metrics');
  const page = read('docs/results-format.md');
  expect([...new Set(keys)].filter((key) => !new RegExp(`\`${key}\\b`).test(page))).toEqual([]);
});

describe('links', () => {
  const folders = ['.', 'docs', 'examples', 'results'];
  const pages = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  );

  test('there are pages to check', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md']));
  });

  test.each(pages)('of %s resolve', (page) => {
    const broken = linksIn(withoutCode(read(page)))
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => !resolves(page, link));
    expect(broken).toEqual([]);
  });
});

const withoutCode = (text: string): string => text.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '');

const linksIn = (text: string): string[] => [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);

function resolves(page: string, link: string): boolean {
  const [path, anchor] = link.split('#');
  const target = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
  if (relative(ROOT, target).startsWith('..') || !existsSync(target)) return false;
  return anchor === undefined || anchorsIn(readFileSync(target, 'utf8')).includes(anchor);
}

/** As GitHub makes them. */
const anchorsIn = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
