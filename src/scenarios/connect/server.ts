import type { Connection } from '../../transports/transport.ts';
import { trialAt } from '../../wire/message.ts';
import { Answers } from '../answers.ts';
import type { Half, HalfContext } from '../scenario.ts';
import type { ConnectParams } from './params.ts';

/** Accepts, answers, and forgets what the client has given up. */
export class ConnectServer implements Half {
  readonly #context: HalfContext<ConnectParams>;
  #ready = false;

  constructor(context: HalfContext<ConnectParams>) {
    this.#context = context;
  }

  onConnection(connection: Connection): void {
    const { params, trialId } = this.#context;
    let answers: Answers | undefined;
    connection.onMessages = ({ bytes, view, offsets, lengths, count }) => {
      answers ??= new Answers(connection, params.size, 1);
      for (let i = 0; i < count; i++) {
        if (lengths[i] === params.size && trialAt(view, offsets[i]) === trialId) answers.add(bytes, offsets[i]);
      }
      answers.send();
    };
    connection.onWritable = () => answers?.send();
    // However it ended: that the client gives connections up is what this is about.
    connection.onClose = () => this.#context.abandon(connection);
    if (this.#ready) return;
    this.#ready = true;
    this.#context.ready();
  }

  onTold(): void {
    this.#context.done();
  }

  result(): null {
    return null;
  }
}
