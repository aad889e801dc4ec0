import { UserError } from '../record/errors.ts';
import { suggestion } from '../record/nearest.ts';
import type { Settings } from '../record/schema.ts';
import { labelOf, parseSpecs } from './spec.ts';

interface Named {
  readonly name: string;
}

/** An item that was asked for, under the label that tells it from the others. */
export interface Asked<T> {
  readonly label: string;
  readonly item: T;
  readonly options: Settings;
}

/** The transports, or the scenarios, that a run can name: those that come with netduel and those of the configuration. */
export class Catalogue<T extends Named> {
  readonly #kind: string;
  readonly #items = new Map<string, T>();

  /** `entries`: the list of the configuration, which may bring items of its own. */
  constructor(kind: string, builtin: readonly T[], entries: readonly unknown[]) {
    this.#kind = kind;
    for (const item of builtin) this.#items.set(item.name, item);
    for (const entry of entries) {
      const item = this.#ownItem(entry);
      if (item) this.#add(item);
    }
  }

  #add(item: T): void {
    const known = this.#items.get(item.name);
    if (known !== undefined && known !== item) {
      throw new UserError(`two ${this.#kind}s are called '${item.name}'; give your own another name`);
    }
    this.#items.set(item.name, item);
  }

  /** @throws UserError for a name that is not known, and for two entries that would have the same label */
  resolve(entries: readonly unknown[]): Asked<T>[] {
    const asked = entries.flatMap((entry) => this.#resolveEntry(entry));
    const labels = new Set<string>();
    for (const { label } of asked) {
      if (labels.has(label))
        throw new UserError(`${this.#kind} '${label}' is given twice; use --trials to repeat a case`);
      labels.add(label);
    }
    return asked;
  }

  #resolveEntry(entry: unknown): Asked<T>[] {
    if (typeof entry === 'string') {
      return parseSpecs(entry).map(({ label, name, options }) => ({ label, item: this.#find(name), options }));
    }
    const own = this.#ownItem(entry);
    if (own && own === entry) return [{ label: own.name, item: own, options: {} }];
    if (!isRecord(entry) || !(own || typeof entry['use'] === 'string')) throw this.#unreadable(entry);
    const { use, ...rest } = entry;
    const item = own ?? this.#find(use as string);
    const options = scalars(rest, item.name);
    return [{ label: labelOf(item.name, options), item, options }];
  }

  /** The object itself, or that of `{ use: object }`. */
  #ownItem(entry: unknown): T | undefined {
    const item = isRecord(entry) && isRecord(entry['use']) ? entry['use'] : entry;
    if (!isRecord(item) || typeof item['name'] !== 'string' || 'use' in item) return undefined;
    return item as unknown as T;
  }

  #find(name: string): T {
    const item = this.#items.get(name);
    if (item) return item;
    const names = [...this.#items.keys()];
    throw new UserError(
      `there is no ${this.#kind} '${name}'${suggestion(name, names) || ';'} known are ${names.join(', ')}`,
    );
  }

  #unreadable(entry: unknown): UserError {
    return new UserError(
      `${this.#kind} ${JSON.stringify(entry)} is not understood; write a name, { use: name, option: value }, ` +
        `or an object made by define${this.#kind === 'transport' ? 'Transport' : 'Scenario'}`,
    );
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function scalars(options: Record<string, unknown>, name: string): Settings {
  for (const [key, value] of Object.entries(options)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw new UserError(
        `option '${key}' of ${name} is ${JSON.stringify(value)}; expected text, a number, true or false`,
      );
    }
  }
  return options as Settings;
}
