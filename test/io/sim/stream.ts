import type { Address } from '../../../src/io/address.ts';
import type { SimPath } from '../../../src/io/sim/network.ts';
import type { HalfContext, Schedule } from '../../../src/scenarios/scenario.ts';
import { type StreamParams, streamParams } from '../../../src/scenarios/stream/params.ts';
import { type ReceiverResult, StreamReceiver } from '../../../src/scenarios/stream/receiver.ts';
import { type SenderResult, StreamSender } from '../../../src/scenarios/stream/sender.ts';
import type { Transport } from '../../../src/transports/transport.ts';
import { MS } from './hosts.ts';

const PORT = 5000;

export interface StreamOutcome {
  readonly sender: SenderResult;
  readonly receiver: ReceiverResult;
  readonly schedule: Schedule;
}

/**
 * The scenario `stream`, up, from the first client of a path to its first server: as long as the parameters or `seconds` say. The
 * account of `up` covers its window.
 */
export function stream<O>(
  path: SimPath,
  transport: Transport<O>,
  given: {
    readonly options?: Record<string, unknown>;
    readonly params?: Record<string, unknown>;
    readonly seconds: number;
  },
): StreamOutcome {
  const [[client], [server]] = [path.clients, path.servers];
  const { loop } = client;
  const options = transport.options.parse(given.options ?? {});
  const start = loop.now() + 1000 * MS;
  // Time for the link to empty between warm-up and window, and after the window.
  const open = start + 1500 * MS;
  const close = open + given.seconds * 1e9;
  const schedule: Schedule = { start, warmEnd: start + 500 * MS, open, close, drainEnd: close + 1000 * MS };
  path.up.window(schedule.open, schedule.close);

  let working = 2;
  const context = (tell: (value: unknown) => void): HalfContext<StreamParams> => ({
    params: streamParams.parse(given.params ?? {}),
    trialId: 7,
    loop,
    traits: transport.traits(options),
    path: { payloadCapacity: () => undefined },
    tell: (value) => loop.after(30 * MS, () => tell(value)),
    ready: () => {},
    done: () => working--,
    fail: (error) => {
      throw error;
    },
    sample: () => {},
  });
  const receiver = new StreamReceiver(context(() => {}));
  const sender = new StreamSender(context((value) => receiver.onTold(value)));
  const listener = transport.listen(server, { host: server.address, port: PORT }, options);
  listener.onConnection = (connection) => receiver.onConnection(connection);
  listener.onOpen = () => {
    const connection = transport.connect(client, listener.local as Address, options);
    connection.onOpen = () => {
      listener.expect(connection.local as Address);
      sender.onConnection(connection);
      for (const half of [sender, receiver]) half.onSchedule(schedule);
    };
  };
  loop.advanceTo(schedule.drainEnd + 1000 * MS);
  if (working > 0) throw new Error('the stream did not come to its end');
  return { sender: sender.result(), receiver: receiver.result(), schedule };
}
