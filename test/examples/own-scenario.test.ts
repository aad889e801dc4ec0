import own from '../../examples/own-scenario.config.ts';
import { scenarioConformance } from '../../src/conformance/scenario.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { register } from '../conformance-cases.ts';

const scenario = (own.scenarios ?? []).find((entry) => typeof entry === 'object') as Scenario;

register(scenarioConformance({ scenario }));
