import { loadModule } from '../process/load-module.ts';
import { builtinScenarios } from '../scenarios/index.ts';
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
  const config = spec.config ? ((await loadModule(spec.config)) as Record<string, unknown>) : {};
  const find = <T extends Named>(kind: string, name: string, builtin: readonly T[], own: unknown): T => {
    const found = [...builtin, ...ownObjects<T>(own)].find((entry) => entry.name === name);
    if (!found) throw new Error(`${kind} '${name}' is not known to the endpoint`);
    return found;
  };
  return {
    transport: find('transport', spec.transport.name, builtinTransports, config['transports']),
    scenario: find('scenario', spec.scenario.name, builtinScenarios, config['scenarios']),
  };
}
