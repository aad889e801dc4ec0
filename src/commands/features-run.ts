import { loadConfig } from '../config/load.ts';
import { type Given, resolveRun } from '../config/resolve.ts';
import { parseSpecs } from '../config/spec.ts';
import type { Extent } from '../report/features/claim.ts';
import { casesOf } from '../report/features/index.ts';
import { builtinScenarios, questions } from '../scenarios/index.ts';
import { builtinTransports } from '../transports/index.ts';
import { planFeatures } from './features-plan.ts';
import { describe, measure } from './run-suite.ts';

/** Trials are many here, and each looks for one plain thing. */
const SETTINGS: Readonly<Record<Extent, Given>> = {
  quick: { trials: 1, duration: 0.5, warmup: 0.2 },
  usual: { trials: 2, duration: 1, warmup: 0.3 },
  full: { trials: 3, duration: 1, warmup: 0.3 },
};

/** Plans what the claims ask for, measures it, reports. Returns the exit code. */
export async function features(given: Given, extent: Extent): Promise<number> {
  const file = await loadConfig(undefined, process.cwd());
  const asked = casesOf(extent).filter(({ scenario }) => playable(scenario));
  const resolved = resolveRun(
    {
      transports: builtinTransports.map(({ name }) => name),
      ...SETTINGS[extent],
      ...given,
      scenarios: distinct(asked.map(({ scenario }) => scenario)).map(entryOf),
      links: distinct(asked.map(({ link }) => link)),
    },
    file,
  );
  return await measure(resolved, planFeatures(extent, resolved.request), {
    ...describe(resolved.options),
    features: extent,
  });
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];

const nameOf = (scenario: string): string => parseSpecs(scenario)[0]?.name ?? '';

/** A claim may ask for a scenario that this netduel does not have: then it says so. */
const playable = (scenario: string): boolean =>
  [...builtinScenarios, ...questions].some(({ name }) => name === nameOf(scenario));

/** Questions are in no list that a run could name them from. */
const entryOf = (scenario: string): unknown => questions.find(({ name }) => name === scenario) ?? scenario;
