import type { ChatRules } from '../apps/chat/rules.ts';
import { ChatServer } from '../apps/chat/server.ts';
import type { Address } from '../io/address.ts';
import type { Program, ProgramContext } from './program.ts';

export type ChatServerParams = ChatRules;

/** What the command hears of it. */
export type ChatServerEvent =
  | { readonly type: 'listening'; readonly address: Address }
  | { readonly type: 'joined'; readonly name: string; readonly room: string; readonly members: number }
  | {
      readonly type: 'left';
      readonly name: string;
      readonly room: string;
      readonly members: number;
      readonly why?: string;
    }
  | { readonly type: 'refused'; readonly name: string; readonly why: string };

/** A chat server for people. */
export function chatServer(context: ProgramContext<ChatServerParams>): Program {
  const { io, transport, options, address, params } = context;
  const tell = (event: ChatServerEvent): void => context.tell(event);
  const core = new ChatServer(io.loop, transport.traits(options), params, {
    onJoin: ({ name }, room) => tell({ type: 'joined', name, room, members: core.members }),
    onLeave: ({ name }, room, why) =>
      tell({ type: 'left', name, room, members: core.members, ...(why === undefined ? {} : { why }) }),
    onRefusal: ({ name }, why) => tell({ type: 'refused', name, why }),
    counts: () => true,
  });
  const listener = transport.listen(io, address, options);
  listener.onOpen = () => tell({ type: 'listening', address: listener.local as Address });
  listener.onConnection = (connection) => core.accept(connection);
  listener.onClose = (error) => context.end(error);
  return {
    onInput: () => {},
    stop: () => core.stop(() => listener.close()),
  };
}
