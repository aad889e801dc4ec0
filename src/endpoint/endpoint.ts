import { openIo } from '../io/index.ts';
import { Mailbox } from '../process/mailbox.ts';
import type { FromEndpoint, ToEndpoint, TrialSpec } from './protocol.ts';
import { findPlugins } from './registry.ts';
import { EndpointTrial } from './trial.ts';

/**
 * Worker thread of an endpoint process: its data plane. Stays alive from trial to trial, so that its code stays
 * compiled.
 */
const mailbox = new Mailbox<ToEndpoint, FromEndpoint>();

async function run(spec: TrialSpec): Promise<void> {
  // What comes while modules are still being loaded is for the trial to be; what comes after its end is for the next.
  const waiting: ToEndpoint[] = [];
  mailbox.onMessage = (message) => waiting.push(message);
  const plugins = await findPlugins(spec);
  const io = await openIo(spec.io);
  const trial = new EndpointTrial(spec, io, plugins, (message) => mailbox.send(message));
  mailbox.onMessage = (message) => {
    if (trial.over) return void waiting.push(message);
    try {
      trial.onMessage(message);
    } catch (error) {
      trial.fail(error as Error);
    }
  };
  io.loop.onTurn = () => mailbox.poll();
  for (const message of waiting.splice(0)) mailbox.onMessage(message);
  try {
    await io.loop.run();
  } catch (error) {
    trial.fail(error as Error);
  }
  mailbox.onMessage = idle;
  for (const message of waiting) mailbox.onMessage(message);
}

function idle(message: ToEndpoint): void {
  if (message.type !== 'prepare') return;
  run(message.spec).catch((error: Error) => {
    mailbox.onMessage = idle;
    mailbox.send({ type: 'failed', reason: `${message.spec.role}: ${error.message}` });
  });
}

mailbox.onMessage = idle;
mailbox.send({ type: 'started' });
