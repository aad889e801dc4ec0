/**
 * Conformance suites for third parties: lists of cases built on `node:assert`, to be registered with any test runner.
 *
 *     for (const { name, skip, run } of transportConformance({ makeIo: nodeIo, transport: mine, host: '127.0.0.1' })) {
 *       test(name, { skip }, run);
 *     }
 */
export { nodeIo } from '../io/node/index.ts';
export type { ConformanceCase, IoSetup } from './case.ts';
export { ioConformance } from './io.ts';
export { type VirtualOutcome, type VirtualSetup, virtualTrial } from './scenario/virtual-trial.ts';
export { type ScenarioSetup, scenarioConformance } from './scenario.ts';
export type { TransportSetup } from './transport/tools.ts';
export { transportConformance } from './transport.ts';
