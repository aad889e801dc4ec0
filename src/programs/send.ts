import { FileSource } from '../apps/file/source.ts';
import type { TransferEvent } from '../apps/file/transfer/events.ts';
import { RawUpload } from '../apps/file/transfer/raw-upload.ts';
import { Upload } from '../apps/file/transfer/upload.ts';
import { UserError } from '../record/errors.ts';
import type { Connection } from '../transports/transport.ts';
import type { Program, ProgramContext } from './program.ts';

export interface SendParams {
  readonly path: string;
  /** Bits per second, where the transport does not find a rate by itself. */
  readonly rateBps: number;
}

const PROGRESS_NS = 100e6;
/** For what was said last to leave. */
const FAREWELL_NS = 500e6;

/** Sends one file to a `receive`, or as plain bytes to anybody. */
export function send(context: ProgramContext<SendParams>): Program {
  const { io, transport, options, address, params, end } = context;
  const tell = (event: TransferEvent): void => context.tell(event);
  const { loop } = io;
  const source = new FileSource(params.path);
  const traits = transport.traits(options);
  let upload: Upload | RawUpload | undefined;
  const connection = transport.connect(io, address, options);
  const progress = loop.timer(() => {
    tell({ type: 'progress', name: source.path, done: upload?.done ?? 0, total: source.bytes });
    progress.arm(loop.now() + PROGRESS_NS);
  });
  const over = (error?: Error): void => {
    progress.cancel();
    farewell(
      connection,
      (ns, callback) => loop.timer(callback).arm(loop.now() + ns),
      () => end(error),
    );
  };
  connection.onClose = (error) => end(new UserError(unreachable(address, error)));
  connection.onOpen = () => {
    progress.arm(loop.now());
    upload =
      traits.framing === 'bytes'
        ? new RawUpload(connection, { loop, source, tell, end: over })
        : new Upload(connection, { loop, traits, source, rateBps: params.rateBps, tell, end: over });
  };
  return {
    onInput: () => {},
    stop() {
      const why = new Error(upload ? `stopped: ${upload.state}` : 'stopped before anything was sent');
      if (upload) upload.stop(why);
      else end(why);
    },
  };
}

const unreachable = ({ host, port }: ProgramContext<SendParams>['address'], error?: Error): string =>
  `nobody takes files at ${host} port ${port}: ${error?.message ?? 'the connection was closed'}; start netduel receive there first`;

/** Closes in good order, and does not wait for ever. */
export function farewell(
  connection: Connection,
  after: (ns: number, callback: () => void) => void,
  done: () => void,
): void {
  connection.onClose = done;
  connection.close();
  after(FAREWELL_NS, done);
}
