import { parseArgs } from 'node:util';

export interface Option {
  /** What it is when it is not given: text, or false for a switch. */
  readonly value: string | false;
  readonly help: string;
}

type Values<S> = { readonly [K in keyof S]: S[K] extends { value: string } ? string : boolean };

/** Reads `--name value` from the command line; prints the options and ends on `--help`. Throws on what it does not know. */
export function readOptions<S extends Readonly<Record<string, Option>>>(summary: string, specs: S): Values<S> {
  const kinds = Object.entries(specs).map(
    ([name, { value }]) => [name, { type: value === false ? 'boolean' : 'string' }] as const,
  );
  const parsed = parseArgs({ options: { ...Object.fromEntries(kinds), help: { type: 'boolean' } } });
  const values: Readonly<Record<string, string | boolean | undefined>> = parsed.values;
  if (values['help']) {
    const lines = Object.entries(specs).map(
      ([name, { value, help }]) => `  --${name.padEnd(12)} ${help}${value ? ` [${value}]` : ''}`,
    );
    process.stdout.write(`${summary}\n\n${lines.join('\n')}\n`);
    process.exit(0);
  }
  const given = Object.entries(specs).map(([name, { value }]) => [name, values[name] ?? value]);
  return Object.fromEntries(given) as Values<S>;
}

/** `a, b` gives a and b. */
export const list = (text: string): string[] => text.split(',').map((part) => part.trim());

/** Numbers apart by commas. */
export function numbers(text: string): number[] {
  const values = list(text).map(Number);
  if (values.some(Number.isNaN)) throw new Error(`'${text}' is no list of numbers, such as 1,2.5`);
  return values;
}

/** One above zero. */
export function positive(text: string): number {
  const [value] = numbers(text);
  if (!(value > 0)) throw new Error(`'${text}' has to be above 0`);
  return value;
}
