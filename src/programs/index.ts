import type { ProgramMaker } from './program.ts';

/** What `runProgram` can run, by name. */
export const programs: Readonly<Record<string, ProgramMaker<never>>> = {};
