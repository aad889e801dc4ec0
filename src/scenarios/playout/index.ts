import type { HalfContext, Scenario } from '../scenario.ts';
import { type PlayoutParams, playoutParams, traceOf } from './params.ts';
import { PlayoutReceiver } from './receiver.ts';
import { PlayoutSender } from './sender.ts';
import { summarisePlayout } from './summarise.ts';
import { bitsPerSecondOf } from './trace.ts';

/** Frames are cut where a transport's messages are smaller; none has smaller ones than that. */
const MESSAGE_BYTES = 1100;

const half = (context: HalfContext<PlayoutParams>, sends: boolean) =>
  sends ? new PlayoutSender(context) : new PlayoutReceiver(context);

/** A live stream of media with deadlines: which frames come in time, which late, and what a viewer sees of it. */
export const playout: Scenario<PlayoutParams> = {
  name: 'playout',
  summary: 'a media stream with deadlines: frames in time, late and lost, stalls and start-up of a player',
  params: playoutParams,
  plan: (params, { seconds }) => ({
    warmup: false,
    seconds,
    messageBytes: MESSAGE_BYTES,
    offeredBps: bitsPerSecondOf(traceOf(params)),
  }),
  client: (context) => half(context, context.params.direction === 'up'),
  server: (context) => half(context, context.params.direction === 'down'),
  summarise: summarisePlayout,
};
