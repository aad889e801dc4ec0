import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TableName } from './tc-commands.ts';

/** From wherever tc keeps its tables up to the root. */
const TO_ROOT = '../'.repeat(12);

/**
 * Calls `work` with names by which tc finds the tables of distributions: built-in ones among its own files, others in files that
 * are there as long as `work` takes. tc looks for tables in one folder only, so these are named by the way from it.
 */
export function withTables(work: (tableName: TableName) => void): void {
  let folder: string | undefined;
  let files = 0;
  try {
    work(({ name, values }) => {
      if (!values) return name;
      folder ??= mkdtempSync(join(tmpdir(), 'netduel-'));
      const path = join(folder, String(files++));
      writeFileSync(`${path}.dist`, `${values.join('\n')}\n`);
      return TO_ROOT + path.slice(1);
    });
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  }
}
