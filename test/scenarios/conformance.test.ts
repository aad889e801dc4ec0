import { describe } from 'vitest';
import { scenarioConformance } from '../../src/conformance/scenario.ts';
import { builtinScenarios } from '../../src/scenarios/index.ts';
import { register } from '../conformance-cases.ts';

describe.each(builtinScenarios)('$name', (scenario) => register(scenarioConformance({ scenario })));
