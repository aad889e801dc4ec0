import { loadModule } from '../process/load-module.ts';
import { playableScenarios } from '../scenarios/index.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { builtinTransports } from '../transports/index.ts';
import type { Transport } from '../transports/transport.ts';
import type { TrialSpec } from './protocol.ts';

interface Named {
  readonly name: string;
}

/** Entries of a configuration's list that bring an object instead of naming one: the object itself or `{ use: object }`. */
function ownObjects<T extends Named>(list: unknown): T[] {
  if (!Array.isArray(list)) return [];
  return list
    .map((entry: unknown) => (isRecord(entry) && isRecord(entry['use']) ? entry['use'] : entry))
    .filter((entry): entry is T => isRecord(entry) && typeof entry['name'] === 'string');
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

export const findTransport = (name: string, config: string | undefined): Promise<Transport> =>
  new Finder(config).find('transports', name, builtinTransports);

export async function findPlugins(spec: TrialSpec): Promise<{ transport: Transport; scenario: Scenario }> {
  const finder = new Finder(spec.config);
  return {
    transport: await finder.find('transports', spec.transport.name, builtinTransports),
    scenario: await finder.find('scenarios', spec.scenario.name, playableScenarios),
  };
}

/** Looks among what comes with netduel, then in a configuration module. */
class Finder {
  readonly #path: string | undefined;
  #config: Record<string, unknown> | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
  }

  async find<T extends Named>(key: 'transports' | 'scenarios', name: string, builtin: readonly T[]): Promise<T> {
    const known = builtin.find((entry) => entry.name === name);
    if (known) return known;
    this.#config ??= this.#path ? ((await loadModule(this.#path)) as Record<string, unknown>) : {};
    const own = ownObjects<T>(this.#config[key]).find((entry) => entry.name === name);
    if (!own) throw new Error(`'${name}' is among the ${key} neither of netduel nor of the configuration file`);
    return own;
  }
}
