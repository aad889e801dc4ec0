import type { Scenario } from './scenario.ts';
import { stream } from './stream/index.ts';

/** The scenarios that come with netduel; a configuration may bring more. */
export const builtinScenarios: readonly Scenario[] = [stream];
