import { workerData } from 'node:worker_threads';
import { findTransport } from '../endpoint/registry.ts';
import { openIo } from '../io/index.ts';
import { Mailbox } from '../process/mailbox.ts';
import type { ThreadData } from '../process/thread.ts';
import { UserError } from '../record/errors.ts';
import { carrierOf } from '../scenarios/index.ts';
import { programs } from './index.ts';
import type { ProgramMaker } from './program.ts';
import type { FromProgram, ProgramSpec, ToProgram } from './protocol.ts';

/** Worker thread that plays one program from its start to its end. */
const mailbox = new Mailbox<ToProgram, FromProgram>();
const spec = (workerData as ThreadData<ProgramSpec>).given;

let ended = false;
const end = (error?: Error): void => {
  if (ended) return;
  ended = true;
  const exitCode = error instanceof UserError ? error.exitCode : 1;
  mailbox.send(error ? { type: 'end', error: { message: error.message, exitCode } } : { type: 'end' });
};

async function play(): Promise<void> {
  // What comes before the program is there is for it all the same.
  const waiting: ToProgram[] = [];
  mailbox.onMessage = (message) => waiting.push(message);
  const transport = carrierOf(spec, await findTransport(spec.transport.name, spec.config));
  const io = await openIo(spec.io);
  const make = programs[spec.program] as ProgramMaker | undefined;
  if (!make) throw new Error(`there is no program '${spec.program}'`);
  const { params, address } = spec;
  const program = make({
    ...{ params, io, transport, address },
    options: spec.transport.options,
    tell: (event) => mailbox.send({ type: 'event', event }),
    end: (error) => {
      end(error);
      io.loop.stop();
    },
  });
  const take = (message: ToProgram): void => {
    if (ended) return;
    if (message.type === 'stop') program.stop();
    else program.onInput(message.value);
  };
  mailbox.onMessage = take;
  for (const message of waiting) take(message);
  io.loop.onTurn = () => mailbox.poll();
  if (!ended) await io.loop.run();
}

await play().catch(end);
