import { access, readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { loadModule } from '../process/load-module.ts';
import { UserError } from '../record/errors.ts';

/** Looked for in this order when none is named. */
const DEFAULT_FILES = ['bench.config.ts', 'bench.config.js', 'bench.config.mjs', 'bench.config.json'];

export interface LoadedConfig {
  /** Absolute. */
  readonly path: string;
  /** As error messages call it. */
  readonly name: string;
  /** What it exports; its keys and values are still unchecked. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Loads the configuration file: `path`, or the default in `directory`; undefined when there is none of these.
 * @throws UserError when it is missing, has a syntax error, throws, or does not export an object
 */
export async function loadConfig(path: string | undefined, directory: string): Promise<LoadedConfig | undefined> {
  const found = path === undefined ? await findDefault(directory) : resolve(directory, path);
  if (found === undefined) return undefined;
  const name = relative(directory, found) || found;
  if (!(await exists(found))) {
    throw new UserError(
      `there is no configuration file ${name}; name one that exists, or leave it out to use the defaults`,
    );
  }
  const config = found.endsWith('.json') ? parseJson(await readFile(found, 'utf8'), name) : await evaluate(found, name);
  if (!isObject(config) || (await isEmptyModule(config, found))) {
    const what = Array.isArray(config) ? 'a list' : typeof config === 'object' ? 'nothing' : `a ${typeof config}`;
    throw new UserError(`${name} exports ${what}; write: export default { transports: ['tcp', 'udp'], trials: 5 }`);
  }
  return { path: found, name, config };
}

async function findDefault(directory: string): Promise<string | undefined> {
  for (const file of DEFAULT_FILES) {
    const path = resolve(directory, file);
    if (await exists(path)) return path;
  }
  return undefined;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A module without exports loads as `{}`, as `export default {}` does, which is a fine configuration. */
async function isEmptyModule(config: Record<string, unknown>, path: string): Promise<boolean> {
  return (
    Object.keys(config).length === 0 && !path.endsWith('.json') && !/\bexports?\b/.test(await readFile(path, 'utf8'))
  );
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    const position = /position (\d+)/.exec(message);
    const before = position ? text.slice(0, Number(position[1])).split('\n') : undefined;
    const at = before ? `:${before.length}:${(before.at(-1) as string).length + 1}` : '';
    throw new UserError(`${name}${at}: not valid JSON: ${message.replace(/ (in JSON )?at position .*/, '')}`);
  }
}

async function evaluate(path: string, name: string): Promise<unknown> {
  try {
    return await loadModule(path);
  } catch (error) {
    throw new UserError(`${name}${placeOf(error, path)}: ${summaryOf(error, path)}`);
  }
}

/** `:line:column` from the message of a syntax error, else `:line` from the stack, whose columns are of compiled code. */
function placeOf(error: unknown, path: string): string {
  if (!(error instanceof Error)) return '';
  const after = (text: string) => text.slice(text.indexOf(`${path}:`) + path.length);
  if (error.message.includes(`${path}:`)) return /^(:\d+){1,2}/.exec(after(error.message))?.[0] ?? '';
  return error.stack?.includes(`${path}:`) ? (/^:\d+/.exec(after(error.stack))?.[0] ?? '') : '';
}

/** The first line, without the file name that the message of a syntax error carries. */
function summaryOf(error: unknown, path: string): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const [line] = error.message.replaceAll(path, '').split('\n');
  const problem = line.replace(/^ParseError: /, 'syntax error: ').trim();
  return error.name === 'Error' || error.name === 'SyntaxError' ? problem : `${error.name}: ${problem}`;
}
