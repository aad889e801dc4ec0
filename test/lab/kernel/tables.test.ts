import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { withTables } from '../../../src/lab/kernel/tables.ts';

/** As tc does, from where Debian keeps its tables. */
const found = (name: string): string => resolve('/usr/lib/x86_64-linux-gnu/tc', `${name}.dist`);

test('built-in tables keep their names', () => {
  withTables((tableName) => expect(tableName({ name: 'pareto' })).toBe('pareto'));
});

test('other tables are in files as long as they are needed', () => {
  const paths: string[] = [];
  withTables((tableName) => {
    paths.push(found(tableName({ name: './my.dist', values: [-8192, 0, 8192] })));
    paths.push(found(tableName({ name: './my.dist', values: [1] })));
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['-8192\n0\n8192\n', '1\n']);
  });
  for (const path of paths) expect(existsSync(path)).toBe(false);
});

test('they are gone when it failed, too', () => {
  let path = '';
  const failing = () =>
    withTables((tableName) => {
      path = found(tableName({ name: 'x', values: [1] }));
      throw new Error('tc failed');
    });
  expect(failing).toThrow('tc failed');
  expect(existsSync(path)).toBe(false);
});
