import type { Address } from '../io/address.ts';
import { ipHeaderBytes } from '../io/headers.ts';
import type { Connection } from '../transports/transport.ts';
import type { Program, ProgramContext } from './program.ts';

export interface OnewayServeParams {
  readonly text: string;
}

/** What it says to its command. */
export type OnewayServeEvent = { readonly type: 'listening'; readonly address: Address } | { readonly type: 'greeted' };

/** For a caller that has its greeting, and does not hang up. */
const FAREWELL_NS = 30e9;

/** One way only: sends a greeting to each caller, and closes. Where there are no connections, to each datagram that comes. */
export function onewayServe(context: ProgramContext<OnewayServeParams>): Program {
  const { io, transport, options, address, params } = context;
  const tell = (event: OnewayServeEvent): void => context.tell(event);
  const text = new TextEncoder().encode(params.text);
  const most = transport.maxMessageBytes(io.pathMtu(address.host), ipHeaderBytes(address.host), options);
  if (text.length > most) {
    throw new Error(`the text has ${text.length} bytes, one message of ${transport.name} takes ${most} there`);
  }

  /** A buffer of its own, for the transport may hand its address to the kernel; false: there is no room now. */
  const greet = (connection: Connection): boolean => {
    const bytes = new Uint8Array(new ArrayBuffer(connection.headroom + text.length));
    bytes.set(text, connection.headroom);
    return text.length === 0 || connection.send(bytes, 0, text.length, 1) === 1;
  };

  const greetCaller = (connection: Connection): void => {
    const hangUp = io.loop.timer(() => connection.abort());
    connection.onClose = () => hangUp.cancel();
    connection.onWritable = () => greetCaller(connection);
    if (!greet(connection)) return;
    connection.onWritable = () => {};
    connection.close();
    hangUp.arm(io.loop.now() + FAREWELL_NS);
    tell({ type: 'greeted' });
  };

  const answer = (connection: Connection): void => {
    connection.onMessages = ({ count }) => {
      for (let i = 0; i < count; i++) if (greet(connection)) tell({ type: 'greeted' });
      // Nothing is kept of who asked.
      connection.close();
    };
  };

  const listener = transport.listen(io, address, options);
  listener.onOpen = () => tell({ type: 'listening', address: listener.local as Address });
  listener.onConnection = transport.traits(options).connection ? greetCaller : answer;
  listener.onClose = (error) => context.end(error);
  return { onInput: () => {}, stop: () => listener.close() };
}
