import type { Address } from '../io/address.ts';
import type { IoChoice } from '../io/index.ts';
import type { UserError } from '../record/errors.ts';

export interface ProgramSpec<P = unknown> {
  /** Key of the registry. */
  readonly program: string;
  readonly params: P;
  readonly io: IoChoice['name'];
  readonly transport: { readonly name: string; readonly options: Record<string, unknown> };
  readonly address: Address;
  /** Plain bytes, where the transport has them. */
  readonly unframed?: boolean;
  /** A configuration module that may define transports of its own. */
  readonly config?: string;
}

/** From the command to the thread. */
export type ToProgram = { type: 'input'; value: unknown } | { type: 'stop' };

/** From the thread to the command. */
export type FromProgram =
  | { type: 'event'; event: unknown }
  /** With the exit code that the error deserves. */
  | { type: 'end'; error?: { readonly message: string; readonly exitCode: UserError['exitCode'] } };
