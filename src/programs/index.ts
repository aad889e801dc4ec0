import { onewayRead } from './oneway-read.ts';
import { onewayServe } from './oneway-serve.ts';
import type { ProgramMaker } from './program.ts';

/** What `runProgram` can run, by name. */
export const programs: Readonly<Record<string, ProgramMaker<never>>> = {
  'oneway-serve': onewayServe,
  'oneway-read': onewayRead,
};
