import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Address } from '../address.ts';
import type { StreamListener, StreamOptions, StreamSocket } from '../stream.ts';
import { familyOf } from './family.ts';
import type { NodeLoop } from './loop.ts';
import { NodeStreamSocket } from './stream.ts';

const BACKLOG = 4096;

export class NodeStreamListener implements StreamListener {
  local: Address | undefined;
  onOpen: () => void = () => {};
  onStream: (socket: StreamSocket) => void = () => {};
  /** Never: Node closes by itself what it cannot accept. */
  onError: (error: Error) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  readonly #loop: NodeLoop;
  readonly #server: Server;
  #closed = false;

  constructor(loop: NodeLoop, local: Address, options: StreamOptions) {
    this.#loop = loop;
    const noDelay = options.nodelay !== false;
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay }, (socket) => {
      const stream = new NodeStreamSocket(loop, socket, options);
      loop.deliver(() => this.#accept(stream));
    });
    this.#server.on('error', (error) => loop.deliver(() => this.#finish(error)));
    this.#server.on('listening', () => loop.deliver(() => this.#opened()));
    const ipv6Only = familyOf(local.host) === 6;
    this.#server.listen({ host: local.host, port: local.port, ipv6Only, backlog: BACKLOG, exclusive: true });
  }

  #opened(): void {
    if (this.#closed) return;
    const { address, port } = this.#server.address() as AddressInfo;
    this.local = { host: address, port };
    this.onOpen();
  }

  /** What was accepted on its way out is dropped with the listener. */
  #accept(stream: NodeStreamSocket): void {
    stream.accepted();
    if (this.#closed) stream.close();
    else this.onStream(stream);
  }

  #finish(error?: Error): void {
    if (this.#closed) return;
    this.#release();
    this.onClose(error);
  }

  #release(): void {
    this.#closed = true;
    this.#server.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#release();
    this.#loop.defer(() => this.onClose());
  }
}
