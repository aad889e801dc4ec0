export {
  type Config,
  defineConfig,
  defineScenario,
  defineTransport,
  type NamedLink,
  type Use,
} from './config/define.ts';
export type { Address } from './io/address.ts';
export type { Batch } from './io/batch.ts';
export type { DatagramOptions, DatagramSocket, Peer } from './io/datagram.ts';
export type { Io } from './io/io.ts';
export type { Loop, Timer } from './io/loop.ts';
export type { StreamInfo, StreamListener, StreamOptions, StreamSocket } from './io/stream.ts';
export type { DelayCurve, Flag, LinkAccount, Metrics, RunRecord, Series, Trial } from './record/schema.ts';
export type {
  Attachment,
  DataDirection,
  Finished,
  Half,
  HalfContext,
  PathFacts,
  Plan,
  Scenario,
  Schedule,
  Summary,
} from './scenarios/scenario.ts';
export type { ConnectionLog } from './transports/log.ts';
export type { Connection, Listener, Traits, Transport, TransportStats } from './transports/transport.ts';
