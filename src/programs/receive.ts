import { Destination, occupied } from '../apps/file/transfer/destination.ts';
import { Download } from '../apps/file/transfer/download.ts';
import type { FileResult, TransferEvent } from '../apps/file/transfer/events.ts';
import { RawDownload } from '../apps/file/transfer/raw-download.ts';
import { UserError } from '../record/errors.ts';
import type { Connection } from '../transports/transport.ts';
import type { Program, ProgramContext } from './program.ts';

export interface ReceiveParams {
  readonly folder: string;
  readonly force: boolean;
  /** In place of the sender's, safe; plain bytes have none of their own. */
  readonly name?: string;
  /** Files to take before it ends; absent: as long as it is let. */
  readonly count?: number;
}

const PROGRESS_NS = 100e6;
/** For the last answer to arrive, and to be given again. */
const FAREWELL_NS = 2.2e9;

/** Takes files, one at a time. */
export class Receive implements Program {
  readonly #context: ProgramContext<ReceiveParams>;
  #current: Download | RawDownload | undefined;
  #taken = 0;
  #failed = 0;
  #stopping = false;

  constructor(context: ProgramContext<ReceiveParams>) {
    const { io, transport, options, address, end } = context;
    this.#context = context;
    const listener = transport.listen(io, address, options);
    listener.onOpen = () => this.#tell({ type: 'listening', ...(listener.local ?? address) });
    listener.onClose = (error) => end(new UserError(portError(address, error), 2));
    listener.onConnection = (connection) => this.#accept(connection);
    const progress = io.loop.timer(() => {
      const now = this.#current?.progress;
      if (now) this.#tell({ type: 'progress', ...now });
      progress.arm(io.loop.now() + PROGRESS_NS);
    });
    progress.arm(io.loop.now());
  }

  #tell(event: TransferEvent): void {
    this.#context.tell(event);
  }

  #accept(connection: Connection): void {
    const { transport, options, params, io } = this.#context;
    const traits = transport.traits(options);
    if (traits.framing === 'bytes') return this.#acceptRaw(connection);
    const download: Download = new Download(connection, {
      ...{ loop: io.loop, traits, ...params },
      refusal: () => this.#busy(),
      begun: () => {
        this.#current = download;
      },
      ended: (result) => this.#ended(result),
    });
  }

  #busy(): string | undefined {
    if (this.#current) return 'it is receiving another file; try again when that is done';
    return this.#stopping ? 'it has received what it was started for' : undefined;
  }

  #acceptRaw(connection: Connection): void {
    const { params, io } = this.#context;
    const place = { folder: params.folder, name: params.name ?? 'received', force: params.force };
    const refused = this.#busy() ?? occupied(place);
    if (refused) {
      connection.abort();
      return this.#tell({ type: 'note', text: `a connection was refused: ${refused}` });
    }
    try {
      const destination = new Destination(place);
      this.#current = new RawDownload(connection, {
        ...{ loop: io.loop, destination },
        ended: (result) => this.#ended(result),
      });
    } catch (error) {
      connection.abort();
      this.#ended(error as Error);
    }
  }

  #ended(result: FileResult | Error): void {
    const { params, io } = this.#context;
    this.#current = undefined;
    this.#taken++;
    if (result instanceof Error) this.#tell({ type: 'note', text: result.message });
    else this.#tell(result);
    if (result instanceof Error || result.state === 'incomplete') this.#failed++;
    if (this.#stopping || params.count === undefined || this.#taken < params.count) return;
    this.#stopping = true;
    io.loop.timer(() => this.#end()).arm(io.loop.now() + FAREWELL_NS);
  }

  #end(): void {
    const { end } = this.#context;
    const what = `${this.#failed} of ${this.#taken} files did not arrive whole`;
    end(this.#failed > 0 ? new Error(what) : undefined);
  }

  onInput(): void {}

  stop(): void {
    this.#stopping = true;
    this.#current?.stop(new Error('stopped'));
    if (this.#taken > 0 || this.#context.params.count === undefined) return this.#end();
    this.#context.end(new Error('stopped before any file had come'));
  }
}

function portError({ host, port }: ProgramContext<ReceiveParams>['address'], error?: Error): string {
  const { code, message = 'the listener was closed' } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `--port ${port}: something else listens at ${host} port ${port} already; end it, or choose another port`;
  return `--host ${host} --port ${port}: ${message}; choose an address of this machine and a free port`;
}
