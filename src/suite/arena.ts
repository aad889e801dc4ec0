import { SERVER } from '../lab/addresses.ts';
import { Lab } from '../lab/lab.ts';
import { within } from '../process/within.ts';
import type { LabEmulator } from './emulator.ts';
import { EndpointHandle } from './endpoint-handle.ts';

const OPEN_TIMEOUT_MS = 20_000;

export const LOOPBACK_HOST = '127.0.0.1';

/** Two running endpoints and the path between them, warm from trial to trial. */
export class Arena {
  readonly client: EndpointHandle;
  readonly server: EndpointHandle;
  readonly lab: Lab | undefined;
  readonly serverHost: string;

  private constructor(prefix: readonly string[], lab: Lab | undefined, serverHost: string) {
    this.client = new EndpointHandle('client', prefix);
    this.server = new EndpointHandle('server', prefix);
    this.lab = lab;
    this.serverHost = serverHost;
  }

  /** In a lab, or on loopback. */
  static async open(emulator: LabEmulator | undefined): Promise<Arena> {
    const lab = emulator && (await Lab.open(emulator.launcher, emulator.name));
    const arena = new Arena(lab?.endpointPrefix ?? [], lab, lab ? SERVER.v4 : LOOPBACK_HOST);
    try {
      await within(OPEN_TIMEOUT_MS, 'the endpoints did not start', () =>
        arena.guard(async () => {
          await Promise.all([arena.client.next('started'), arena.server.next('started')]);
          await lab?.wire(arena.client.pid, arena.server.pid);
        }),
      );
      return arena;
    } catch (error) {
      await arena.close();
      throw error;
    }
  }

  /** Does `work`, or fails with the first thing that breaks in the arena meanwhile. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    const forget: (() => void)[] = [];
    try {
      return await new Promise((resolve, reject) => {
        this.client.onFailure = reject;
        this.server.onFailure = reject;
        for (const part of [this.client, this.server, this.lab]) if (part) forget.push(part.onDeath(reject));
        work().then(resolve, reject);
      });
    } finally {
      for (const take of forget) take();
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.client.stop(), this.server.stop(), this.lab?.close()]);
  }
}
