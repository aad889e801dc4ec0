import type { Scenario } from '../scenario.ts';
import { PingClient } from './client.ts';
import { LOAD_MESSAGE_BYTES } from './load.ts';
import { type PingParams, pingParams } from './params.ts';
import { PingServer } from './server.ts';
import { summarisePing } from './summarise.ts';

/** One request under way can overrun nothing: no loop goes round more often. */
const CLOSED_PER_SECOND = 10_000;

/** Requests and their answers: round-trip times, alone or beside a flow that fills the path. */
export const ping: Scenario<PingParams> = {
  name: 'ping',
  summary: 'requests and their answers: round trips per second, round-trip times, alone or under load',
  params: pingParams,
  plan: ({ size, rate, load }, { seconds }) => ({
    warmup: true,
    seconds,
    messageBytes: load === 'none' ? size : Math.max(size, LOAD_MESSAGE_BYTES),
    ...(load === 'none' ? { offeredBps: size * 8 * (rate === 'closed' ? CLOSED_PER_SECOND : rate) } : {}),
  }),
  client: (context) => new PingClient(context),
  server: (context) => new PingServer(context),
  summarise: summarisePing,
};
