import type { Address } from '../io/address.ts';
import type { Io } from '../io/io.ts';
import type { Transport } from '../transports/transport.ts';

export interface ProgramContext<P> {
  readonly params: P;
  readonly io: Io;
  readonly transport: Transport;
  /** Of the transport, checked. */
  readonly options: Record<string, unknown>;
  /** Where to listen, or whom to connect to. */
  readonly address: Address;
  /** Says something to the command that runs it: a plain value. */
  tell(event: unknown): void;
  /** It is over; with what went wrong. What is still open then is closed with the thread. */
  end(error?: Error): void;
}

/** One end of a small real program, such as a chat server, at work. Made of callbacks alone: the loop may hold its thread. */
export interface Program {
  /** What the command says to it, such as a line that somebody typed. */
  onInput(value: unknown): void;
  /** Asked to end in good order (Ctrl-C): leads to `end`. */
  stop(): void;
}

/** By name, for the thread that plays them. */
export type ProgramMaker<P = unknown> = (context: ProgramContext<P>) => Program;
