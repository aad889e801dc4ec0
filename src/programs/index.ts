import type { ProgramMaker } from './program.ts';
import { Receive } from './receive.ts';
import { send } from './send.ts';

/** What `runProgram` can run, by name. */
export const programs: Readonly<Record<string, ProgramMaker<never>>> = {
  receive: (context) => new Receive(context),
  send,
};
