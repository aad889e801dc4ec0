export * from '../../src/conformance/scenario/virtual-trial.ts';
