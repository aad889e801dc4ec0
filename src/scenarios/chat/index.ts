import { FIELD_HEADER_BYTES } from '../../wire/field.ts';
import type { Scenario } from '../scenario.ts';
import { ChatClientHalf } from './client.ts';
import { type ChatParams, chatParams } from './params.ts';
import { ChatServerHalf } from './server.ts';
import { parseSizes, type Sizes } from './sizes.ts';
import { summariseChat } from './summarise.ts';

/** Digits of the largest client's number. */
const NAME_BYTES = 4;

/** Rooms in which everybody hears everybody: what a message costs when it goes to many, and what becomes of each copy. */
export const chat: Scenario<ChatParams> = {
  name: 'chat',
  summary: 'rooms of clients that talk through a server: deliveries per second, delay, loss and order of every copy',
  params: chatParams,
  unframed: true,
  plan({ clients, room, rate, size }, { seconds }) {
    const { most } = parseSizes(size) as Sizes;
    const messageBytes = most + 2 * FIELD_HEADER_BYTES + NAME_BYTES;
    // Towards the clients, which is where most of it goes.
    const copies = clients * rate * Math.max(1, Math.min(room, clients) - 1);
    return { warmup: true, seconds, messageBytes, offeredBps: 8 * copies * messageBytes };
  },
  client: (context) => new ChatClientHalf(context),
  server: (context) => new ChatServerHalf(context),
  summarise: summariseChat,
};
