import { chatClient } from './chat-client.ts';
import { chatServer } from './chat-server.ts';
import { onewayRead } from './oneway-read.ts';
import { onewayServe } from './oneway-serve.ts';
import type { ProgramMaker } from './program.ts';
import { Receive } from './receive.ts';
import { send } from './send.ts';

/** What `runProgram` can run, by name. */
export const programs: Readonly<Record<string, ProgramMaker<never>>> = {
  'chat-client': chatClient,
  'chat-server': chatServer,
  receive: (context) => new Receive(context),
  send,
  'oneway-serve': onewayServe,
  'oneway-read': onewayRead,
};
