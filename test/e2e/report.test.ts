import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRun } from '../../src/record/parse.ts';
import { lab, program } from '../requirements.ts';
import { execute, netduel, type Outcome, runFolder, temporary } from './cli.ts';

const out = temporary();
afterAll(() => out.remove());

let outcome: Outcome;
beforeAll(async () => {
  const suite = ['--trials', '2', '--duration', '500ms', '--warmup', '100ms', '--json'];
  outcome = await netduel(['run', '--out', out.path, '--scenario', 'stream rate=20mbit', ...suite], { cwd: out.path });
});

/** Every file below a folder, with its text. */
const contents = (dir: string): Map<string, string> =>
  new Map(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(dir.length), readFileSync(path, 'utf8')]),
  );

test('--json prints the record on stdout, and nothing else', () => {
  expect(outcome.code).toBe(0);
  const record = parseRun(outcome.stdout, 'stdout');
  const path = join(runFolder(out.path), 'run.json');
  expect(record).toEqual(parseRun(readFileSync(path, 'utf8'), path));
});

test('a report is made anew from run.json alone, the same to the byte', async () => {
  const dir = runFolder(out.path);
  const original = contents(dir);
  expect([...original.keys()]).toContain('/report.html');
  const copy = mkdtempSync(`${out.path}-copy-`);
  try {
    cpSync(join(dir, 'run.json'), join(copy, 'run.json'));
    const { code, stderr } = await netduel(['report', copy]);
    expect(stderr).not.toMatch(/error/);
    expect(code).toBe(0);
    const rebuilt = contents(copy);
    expect([...rebuilt.keys()]).toEqual([...original.keys()]);
    for (const [name, text] of original) expect(rebuilt.get(name) === text, name).toBe(true);
  } finally {
    rmSync(copy, { recursive: true });
  }
});

const chromium = program('chromium');

test('the report opens in a browser without a network', async (context) => {
  await chromium(context);
  // Namespaces of its own are also what takes the network away.
  await lab(context);
  const profile = temporary();
  try {
    const { stdout } = await execute('unshare', [
      ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
      ...['--net', 'chromium', '--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--no-first-run', `--user-data-dir=${profile.path}`],
      ...['--dump-dom', `file://${runFolder(out.path)}/report.html`],
    ]);
    expect(stdout).toMatch(/<html/);
    // A verdict that compares both, and drawings of both.
    expect(stdout).toMatch(/(tcp|udp) delivers/);
    const drawings = stdout.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
    expect(drawings.length).toBeGreaterThanOrEqual(3);
    for (const drawing of drawings) expect(drawing).toMatch(/<path|<line|<rect/);
    expect(stdout).not.toMatch(/(src|href)="https?:/);
  } finally {
    profile.remove();
  }
});
