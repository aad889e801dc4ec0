import { type VirtualSetup, virtualTrial } from '../../../src/conformance/scenario/virtual-trial.ts';
import type { SimPath } from '../../../src/io/sim/network.ts';
import type { Schedule } from '../../../src/scenarios/scenario.ts';
import { stream as scenario } from '../../../src/scenarios/stream/index.ts';
import type { ReceiverResult } from '../../../src/scenarios/stream/receiver.ts';
import type { SenderResult } from '../../../src/scenarios/stream/sender.ts';
import type { Transport } from '../../../src/transports/transport.ts';

export interface StreamOutcome {
  readonly sender: SenderResult;
  readonly receiver: ReceiverResult;
  readonly schedule: Schedule;
}

/** The scenario `stream`, up; see `virtualTrial`. */
export function stream<O>(path: SimPath, transport: Transport<O>, setup: VirtualSetup): StreamOutcome {
  const { client, server, schedule } = virtualTrial(path, scenario, transport, setup);
  return { sender: client as SenderResult, receiver: server as ReceiverResult, schedule };
}
