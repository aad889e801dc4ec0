import type { HalfContext, Scenario } from '../scenario.ts';
import { type StreamParams, streamParams } from './params.ts';
import { StreamReceiver } from './receiver.ts';
import { StreamSender } from './sender.ts';
import { summariseStream } from './summarise.ts';

const half = (context: HalfContext<StreamParams>, sends: boolean) =>
  sends ? new StreamSender(context) : new StreamReceiver(context);

/** One-way messages of one size: how much gets through, what is lost, how late it comes. */
export const stream: Scenario<StreamParams> = {
  name: 'stream',
  summary: 'one-way stream of messages: goodput, loss, reordering, one-way delay',
  params: streamParams,
  plan: ({ bytes, size, rate }, defaults) => ({
    warmup: bytes === undefined,
    seconds: bytes === undefined ? defaults.seconds : defaults.timeoutSeconds,
    messageBytes: size,
    ...(bytes === undefined ? {} : { totalBytes: bytes }),
    ...(typeof rate === 'number' ? { offeredBps: rate } : {}),
  }),
  client: (context) => half(context, context.params.direction === 'up'),
  server: (context) => half(context, context.params.direction === 'down'),
  summarise: summariseStream,
};
