import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { UserError } from '../../src/record/errors.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'netduel-config-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(directory, name), text);

async function refusalOf(name: string, text?: string): Promise<string> {
  if (text !== undefined) await write(name, text);
  const error = await loadConfig(name, directory).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).exitCode).toBe(2);
  const { message } = error as UserError;
  expect(message).not.toMatch(/\n|node_modules|jiti/);
  return message;
}

test('without a file there is no configuration', async () => {
  expect(await loadConfig(undefined, directory)).toBeUndefined();
});

test.each([
  ['bench.config.ts', 'const trials: number = 7;\nexport default { trials };'],
  ['bench.config.mjs', 'export default { trials: 7 };'],
  ['bench.config.json', '{ "trials": 7 }'],
])('%s is found by itself', async (name, text) => {
  await write(name, text);
  expect(await loadConfig(undefined, directory)).toEqual({ path: join(directory, name), name, config: { trials: 7 } });
});

test('the TypeScript file goes before the others', async () => {
  await write('bench.config.ts', 'export default { trials: 1 }');
  await write('bench.config.json', '{ "trials": 2 }');
  expect((await loadConfig(undefined, directory))?.config).toEqual({ trials: 1 });
});

test('a file may import another', async () => {
  await mkdir(join(directory, 'deep'));
  await write('deep/other.ts', 'export const trials: number = 4;');
  await write('mine.ts', "import { trials } from './deep/other.ts';\nexport default { trials };");
  expect((await loadConfig('mine.ts', directory))?.config).toEqual({ trials: 4 });
});

test('an empty configuration is fine', async () => {
  await write('mine.ts', 'export default {};');
  expect((await loadConfig('mine.ts', directory))?.config).toEqual({});
});

test('a missing file is named', async () => {
  expect(await refusalOf('nothere.ts')).toMatch(/^there is no configuration file nothere\.ts; /);
});

test.each([
  ['bad.ts', 'const x = {\n  a: 1,,\n};\nexport default x;\n', /^bad\.ts:2:7: syntax error/],
  ['bad.json', '{\n  "trials": 1,,\n}', /^bad\.json:2:15: not valid JSON/],
])('a syntax error in %s is shown with its line and column', async (name, text, message) => {
  expect(await refusalOf(name, text)).toMatch(message);
});

test('what the file throws is shown with its place', async () => {
  expect(await refusalOf('throws.ts', '// first\nexport default missing.thing;')).toMatch(
    /^throws\.ts:2: ReferenceError: missing is not defined$/,
  );
});

test('a module that it cannot find is named', async () => {
  expect(await refusalOf('imports.ts', "import 'not-installed';\nexport default {};")).toMatch(
    /^imports\.ts:1: Cannot find module 'not-installed'$/,
  );
});

test.each([
  ['', 'nothing'],
  ['const config = {};', 'nothing'],
  ['export default () => ({});', 'a function'],
  ['export default [];', 'a list'],
  ["export default 'tcp';", 'a string'],
])('%j exports no object', async (text, what) => {
  expect(await refusalOf('odd.ts', text)).toContain(`odd.ts exports ${what}; write: export default {`);
});
