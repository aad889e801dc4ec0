import type { Scenario } from '../scenario.ts';
import { ConnectClient } from './client.ts';
import { type ConnectParams, connectParams } from './params.ts';
import { ConnectServer } from './server.ts';
import { summariseConnect } from './summarise.ts';

/** Each waits for its answer, so no machine makes more of them. */
const MOST_PER_SECOND = 5000;

/** Connections that are set up, used once, and given up: what a handshake costs. */
export const connect: Scenario<ConnectParams> = {
  name: 'connect',
  summary: 'connections set up, used for one request, given up: how many per second, and how long until the first byte',
  params: connectParams,
  needs: { connection: true },
  plan: ({ size }, { seconds }) => ({
    warmup: true,
    seconds,
    messageBytes: size,
    offeredBps: size * 8 * MOST_PER_SECOND,
  }),
  client: (context) => new ConnectClient(context),
  server: (context) => new ConnectServer(context),
  summarise: summariseConnect,
};
