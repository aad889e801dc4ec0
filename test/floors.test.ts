import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A folder imports itself and the floors below it, never sideways. */
const FLOORS: Record<string, number> = {
  record: 0,
  link: 1,
  metrics: 1,
  stats: 1,
  wire: 1,
  process: 1,
  io: 2,
  transports: 3,
  apps: 4,
  scenarios: 5,
  endpoint: 6,
  lab: 6,
  conformance: 6,
  suite: 7,
  report: 7,
  programs: 7,
  config: 8,
  commands: 9,
};

/** Folders that may import less than all floors below. */
const ONLY: Record<string, string[]> = {
  programs: [
    'record',
    'link',
    'metrics',
    'stats',
    'wire',
    'process',
    'io',
    'transports',
    'apps',
    'scenarios',
    'endpoint',
    'lab',
  ],
  report: ['record', 'stats'],
  conformance: ['record', 'wire', 'io', 'transports', 'scenarios'],
  // The conformance suites are for tests alone.
  suite: [
    'record',
    'link',
    'metrics',
    'stats',
    'wire',
    'process',
    'io',
    'transports',
    'apps',
    'scenarios',
    'endpoint',
    'lab',
  ],
};

const folders = Object.keys(FLOORS);
const allowed = (from: string, to: string): boolean =>
  from === to ||
  (ONLY[from] ? ONLY[from].includes(to) : FLOORS[to] < FLOORS[from] && !(from === 'config' && to === 'conformance'));

/** A registry or interface of every folder, which no rule but that of the floors can object to. */
const moduleOf = (folder: string): string =>
  ({ transports: 'transports/transport.ts', scenarios: 'scenarios/scenario.ts' })[folder] ?? `${folder}/index.ts`;

test('the linter refuses every import of a floor above, and no other', { timeout: 60_000 }, async () => {
  const expected = new Set<string>();
  const files = new Map<string, string>();
  const probe = (path: string, specifier: string, forbidden: boolean): void => {
    files.set(path, `export * from '${specifier}';\n`);
    if (forbidden) expected.add(path);
  };
  for (const from of folders) {
    for (const to of folders) {
      if (from !== to) probe(`src/${from}/imports-${to}.ts`, `../${moduleOf(to)}`, !allowed(from, to));
      if (from !== to) probe(`src/${from}/deep/imports-${to}.ts`, `../../${moduleOf(to)}`, !allowed(from, to));
    }
    probe(`src/${from}/imports-sibling.ts`, './sibling.ts', false);
    probe(`src/${from}/deep/imports-parent.ts`, '../parent.ts', false);
    probe(`src/${from}/imports-node.ts`, 'node:process', false);
  }
  for (const from of ['apps', 'scenarios', 'endpoint', 'lab', 'suite', 'programs', 'config', 'commands']) {
    probe(`src/${from}/names-a-transport.ts`, '../transports/tcp.ts', true);
  }
  probe('src/commands/names-a-scenario.ts', '../scenarios/stream/index.ts', true);
  expect(await refused(files)).toEqual([...expected].sort());
});

/** The paths of those files in which biome, with the configuration of this repository, finds a restricted import. */
async function refused(files: ReadonlyMap<string, string>): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'netduel-floors-'));
  try {
    await copyFile(join(ROOT, 'biome.json'), join(directory, 'biome.json'));
    for (const [path, text] of files) {
      await mkdir(join(directory, path, '..'), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    const options = ['lint', '--only=style/noRestrictedImports', '--max-diagnostics=none', '--reporter=github'];
    const report = await output(join(ROOT, 'node_modules/.bin/biome'), options, directory);
    return [
      ...new Set([...report.matchAll(/noRestrictedImports[^\n]*?file=[^,]*?(src\/[^,]+)/g)].map((match) => match[1])),
    ].sort();
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** What the command prints, whatever its exit code: findings are what is expected. */
function output(command: string, args: string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, maxBuffer: 16 << 20 }, (_, stdout) => resolve(stdout));
  });
}
