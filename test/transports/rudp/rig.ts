import { createHash } from 'node:crypto';
import type { SimIo } from '../../../src/io/sim/sim-io.ts';
import { SimNetwork, type PathOptions, type SimPath } from '../../../src/io/sim/network.ts';
import { rudp } from '../../../src/transports/rudp/index.ts';
import type { Connection, Transport } from '../../../src/transports/transport.ts';
import { seeded } from '../../../src/stats/xoshiro.ts';

const SLAB_BYTES = 64 << 10;

export interface FlowOptions {
  /** Behind the transport's name. */
  readonly options?: Record<string, unknown>;
  readonly transport?: Transport;
  readonly messageBytes?: number;
  /** Stops after so many messages, and closes; absent: goes on. */
  readonly messages?: number;
  readonly port?: number;
}

/** A sender that always has more, and what comes of it at the other end. */
export class Flow {
  opened = Number.NaN;
  /** Virtual time of the last delivery. */
  finished = Number.NaN;
  delivered = 0;
  deliveredBytes = 0;
  clientError: Error | undefined;
  serverError: Error | undefined;
  clientClosed = false;
  serverClosed = false;
  client!: Connection;
  server: Connection | undefined;
  readonly #sent = createHash('sha256');
  readonly #received = createHash('sha256');
  #taken = 0;

  constructor(network: SimNetwork, client: SimIo, server: SimIo, given: FlowOptions = {}) {
    const { messageBytes = 1400, messages = Infinity, port = 5000 } = given;
    const transport = given.transport ?? (rudp as unknown as Transport);
    const options = transport.options.parse(given.options ?? {});
    const { loop } = network;
    const listener = transport.listen(server, { host: server.address, port }, options);
    listener.onConnection = (connection) => {
      this.server = connection;
      connection.onMessages = (batch) => {
        for (let i = 0; i < batch.count; i++) {
          this.delivered++;
          this.deliveredBytes += batch.lengths[i];
          if (messages < Infinity) {
            this.#received.update(batch.bytes.subarray(batch.offsets[i], batch.offsets[i] + batch.lengths[i]));
          }
        }
        this.finished = loop.now();
      };
      connection.onClose = (error) => {
        this.serverClosed = true;
        this.serverError = error;
      };
    };
    const connection = transport.connect(client, { host: server.address, port }, options);
    this.client = connection;
    const stride = connection.headroom + messageBytes;
    const count = Math.max(1, Math.floor(SLAB_BYTES / stride));
    const slab = new Uint8Array(new ArrayBuffer(count * stride));
    const random = seeded(port);
    const turn = loop.timer(() => {
      const most = Math.min(count, messages - this.#taken);
      if (messages < Infinity) for (let i = 0; i < slab.length; i += 61) slab[i] = random() * 256;
      const taken = connection.send(slab, 0, messageBytes, most);
      if (messages < Infinity) {
        for (let i = 0; i < taken; i++) {
          const at = i * stride + connection.headroom;
          this.#sent.update(slab.subarray(at, at + messageBytes));
        }
      }
      this.#taken += taken;
      if (this.#taken === messages) connection.close();
      else if (taken === most) turn.arm(loop.now());
    });
    connection.onWritable = () => turn.arm(loop.now());
    connection.onOpen = () => {
      this.opened = loop.now();
      turn.arm(loop.now());
    };
    connection.onClose = (error) => {
      turn.cancel();
      this.clientClosed = true;
      this.clientError = error;
    };
  }

  /** Digests of all that was sent, and of all that was delivered, in order. */
  digests(): { sent: string; received: string } {
    return { sent: this.#sent.copy().digest('hex'), received: this.#received.copy().digest('hex') };
  }
}

/** One flow over a path. */
export function flowOver(path: PathOptions, flow: FlowOptions = {}): { network: SimNetwork; path: SimPath; flow: Flow } {
  const network = new SimNetwork();
  const made = network.path(path);
  return { network, path: made, flow: new Flow(network, made.clients[0], made.servers[0], flow) };
}
