import { ChatClient, type ChatClientEvents } from '../apps/chat/client.ts';
import type { Program, ProgramContext } from './program.ts';

export interface ChatClientParams {
  /** With its room, as on the wire. */
  readonly name: string;
  /** The other end may be no netduel: nothing but the format is sent. */
  readonly plain: boolean;
}

/** What the command hears of it. */
export type ChatClientEvent =
  /** It may be spoken. */
  | { readonly type: 'open' }
  /** What stands under a name; the server's own is `*`. */
  | { readonly type: 'message'; readonly name: string; readonly text: string }
  /** Messages that have been sent, or refused here, since the last time. */
  | { readonly type: 'sent'; readonly count: number }
  | { readonly type: 'refused'; readonly why: string };

/** What the command says to it: a line, or that there are no more. */
export type ChatClientInput = { readonly text: string } | { readonly over: true };

/** One who chats. */
export function chatClient(context: ProgramContext<ChatClientParams>): Program {
  const { io, transport, options, address, params } = context;
  const tell = (event: ChatClientEvent): void => context.tell(event);
  const events: ChatClientEvents = {
    onOpen: () => tell({ type: 'open' }),
    onMessage: (name, text) => tell({ type: 'message', name, text }),
    onSent: (count) => tell({ type: 'sent', count }),
    onRefused: (why) => tell({ type: 'refused', why }),
    onEnd: (error) => context.end(error),
  };
  const connection = transport.connect(io, address, options);
  const client = new ChatClient(io.loop, transport.traits(options), connection, params, events);
  return {
    onInput(value) {
      const input = value as ChatClientInput;
      if ('over' in input) client.leave();
      else client.say(input.text);
    },
    stop: () => client.leave(),
  };
}
