import type { Program, ProgramContext } from './program.ts';

export interface OnewayReadParams {
  /** It ends when nothing has come for so long. */
  readonly timeoutNs: number;
}

/** What it says to its command. */
export type OnewayReadEvent =
  | { readonly type: 'opened' }
  /** What came, in order where the transport keeps it. */
  | { readonly type: 'came'; readonly bytes: Uint8Array };

/** How often it asks where a question may be lost. */
const ASK_EVERY_NS = 1e9;

/** Reads what comes until the other end closes. Where there are no connections it asks with a datagram, and one answer is all. */
export function onewayRead(context: ProgramContext<OnewayReadParams>): Program {
  const { io, transport, options, address, params } = context;
  const { loop } = io;
  const tell = (event: OnewayReadEvent): void => context.tell(event);
  const { connection: connects } = transport.traits(options);
  const connection = transport.connect(io, address, options);
  const silence = loop.timer(() => {
    connection.abort();
    const seconds = `${params.timeoutNs / 1e9} s`;
    const lost = connects ? '' : ': nobody listens there, or what was sent is lost';
    context.end(new Error(`nothing came from ${address.host} port ${address.port} for ${seconds}${lost}`));
  });
  const wait = (): void => silence.arm(loop.now() + params.timeoutNs);
  const question = loop.timer(() => ask());

  function ask(): void {
    connection.send(new Uint8Array(new ArrayBuffer(connection.headroom + 1)), 0, 1, 1);
    question.arm(loop.now() + ASK_EVERY_NS);
  }

  connection.onOpen = () => {
    tell({ type: 'opened' });
    wait();
    if (!connects) ask();
  };
  connection.onMessages = ({ bytes, offsets, lengths, count }) => {
    for (let i = 0; i < count; i++) {
      tell({ type: 'came', bytes: bytes.slice(offsets[i], offsets[i] + lengths[i]) });
      if (!connects) return connection.close();
    }
    wait();
  };
  connection.onClose = (error) => {
    silence.cancel();
    question.cancel();
    context.end(error);
  };
  wait();
  return { onInput: () => {}, stop: () => connection.close() };
}
