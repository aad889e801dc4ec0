import { SimLoop } from '../../../src/io/sim/loop.ts';
import type { LinkAccount } from '../../../src/record/schema.ts';
import type { Half, HalfContext, Schedule, Summary } from '../../../src/scenarios/scenario.ts';
import { type StreamParams, streamParams } from '../../../src/scenarios/stream/params.ts';
import { type ReceiverResult, StreamReceiver } from '../../../src/scenarios/stream/receiver.ts';
import { type SenderResult, StreamSender } from '../../../src/scenarios/stream/sender.ts';
import { summariseStream } from '../../../src/scenarios/stream/summarise.ts';
import type { Traits } from '../../../src/transports/transport.ts';
import { FakeConnection, type FakePath } from '../../fakes/connection.ts';

export const MS = 1e6;
export const TRIAL_ID = 77;

/** A window of one second after 100 ms of warm-up; the clock of a host that has been up for 12 days. */
const START = 1e15;
export const SCHEDULE: Schedule = {
  start: START,
  warmEnd: START + 100 * MS,
  open: START + 200 * MS,
  close: START + 1200 * MS,
  drainEnd: START + 1600 * MS,
};

export interface TrialSetup {
  readonly params?: Record<string, unknown>;
  readonly traits?: Partial<Traits>;
  readonly path?: FakePath;
  readonly capacityBps?: number;
  readonly schedule?: Partial<Schedule>;
  readonly link?: LinkAccount;
  /** Both ends are set up, nothing has happened yet. */
  readonly prepare?: (stage: TrialStage) => void;
}

export interface TrialStage {
  readonly loop: SimLoop;
  readonly sending: FakeConnection;
  readonly receiving: FakeConnection;
  readonly schedule: Schedule;
}

export interface Outcome extends TrialStage {
  readonly params: StreamParams;
  readonly sender: SenderResult;
  readonly receiver: ReceiverResult;
  readonly summary: Summary;
  /** Of the sender. */
  readonly samples: readonly { readonly metric: string; readonly at: number; readonly value: number }[];
}

/** Both halves on one virtual clock. @throws what a half fails with */
export function runTrial(setup: TrialSetup): Outcome {
  const loop = new SimLoop(START - 50 * MS);
  const params = streamParams.parse(setup.params ?? {});
  const schedule = { ...SCHEDULE, ...setup.schedule };
  const [sending, receiving] = [new FakeConnection(loop, setup.path), new FakeConnection(loop)];
  sending.peer = receiving;
  const done = new Set<string>();
  const finish = (name: string) => {
    if (done.has(name)) throw new Error(`the ${name} was done twice`);
    done.add(name);
    if (done.size === 2) loop.stop();
  };
  const samples: { metric: string; at: number; value: number }[] = [];
  const context = (name: 'sender' | 'receiver', tell: (value: unknown) => void): HalfContext<StreamParams> => ({
    params,
    trialId: TRIAL_ID,
    loop,
    traits: {
      ...{
        reliable: false,
        ordered: false,
        framing: 'datagram',
        sockets: 'datagram',
        connection: false,
        congestionControl: false,
      },
      ...setup.traits,
    },
    path: { payloadCapacity: () => setup.capacityBps },
    connect: () => {
      throw new Error('one connection is enough');
    },
    abandon: (connection) => connection.abort(),
    // The control channel takes its time, and carries JSON.
    tell: (value) => loop.after(30 * MS, () => tell(JSON.parse(JSON.stringify(value)))),
    ready: () => {},
    done: () => finish(name),
    fail: (error) => {
      throw error;
    },
    sample: (metric, value) => {
      if (name === 'sender') samples.push({ metric, at: loop.now(), value });
    },
  });
  const receiver: Half = new StreamReceiver(context('receiver', () => {}));
  const sender: Half = new StreamSender(context('sender', (value) => receiver.onTold?.(value)));
  const stage = { loop, sending, receiving, schedule };
  sender.onConnection(sending);
  receiver.onConnection(receiving);
  setup.prepare?.(stage);
  for (const half of [sender, receiver]) half.onSchedule?.(schedule);
  sampling(loop, schedule, [sender, receiver]);
  loop.advanceTo(schedule.drainEnd + 1000 * MS);
  if (done.size < 2) throw new Error(`never done: only ${[...done].join() || 'nobody'} was`);
  const results = { client: sender.result(), server: receiver.result() };
  return {
    ...stage,
    params,
    sender: results.client as SenderResult,
    receiver: results.server as ReceiverResult,
    summary: summariseStream({ params, ...results, link: setup.link }),
    samples,
  };
}

/** As an endpoint does. */
function sampling(loop: SimLoop, { start, close }: Schedule, halves: readonly Half[]): void {
  const timer = loop.timer(() => {
    for (const half of halves) half.onSample?.();
    const next = loop.now() + 100 * MS;
    if (next <= close) timer.arm(next);
  });
  timer.arm(start);
}
