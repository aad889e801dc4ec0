import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultOf } from '../../src/config/flags.ts';
import { RUN_KEYS, RUN_OPTIONS, type RunOption } from '../../src/config/options.ts';

/** A row of the table in docs/configuration.md. */
function row(key: string, option: RunOption): string {
  const flag = `--${option.flag}${option.value ? ` ${option.value}` : ''}`.replaceAll('|', '\\|');
  const name = option.commandLineOnly ? '' : `\`${key}\``;
  return `| \`${flag}\`${option.repeatable ? ' (repeatable)' : ''} | ${name} | ${defaultOf(option)} | ${option.help} |`;
}

test('docs/configuration.md shows every option as the table of options has it', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `--'));
  expect(rows).toEqual(RUN_KEYS.map((key) => row(key, RUN_OPTIONS[key])));
});
