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

export async function findPlugins(spec: TrialSpec): Promise<{ transport: Transport; scenario: Scenario }> {
  let config: Record<string, unknown> | undefined;
  const find = async <T extends Named>(
    key: 'transports' | 'scenarios',
    name: string,
    builtin: readonly T[],
  ): Promise<T> => {
    const known = builtin.find((entry) => entry.name === name);
    if (known) return known;
    config ??= spec.config ? ((await loadModule(spec.config)) as Record<string, unknown>) : {};
    const own = ownObjects<T>(config[key]).find((entry) => entry.name === name);
    if (!own) throw new Error(`'${name}' is among the ${key} neither of netduel nor of the configuration file`);
    return own;
  };
  return {
    transport: await find('transports', spec.transport.name, builtinTransports),
    scenario: await find('scenarios', spec.scenario.name, playableScenarios),
  };
}
